//! Any bytes as an inventory, by whichever of Ansible's readers they look like.
#![no_main]

use inventory_core::ansible;
use inventory_core::yaml::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["fuzz", "fuzz.ini", "fuzz.yml", "fuzz.json"] {
        let Ok(source) = Source::from_bytes(name, bytes.to_vec()) else { return };
        for read in [ansible::read, ansible::read_ini, ansible::read_yaml, ansible::read_json_list] {
            match read(&source) {
                Ok(inventory) => assert!(inventory.groups.contains_key("all")),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
});
