//! What Vagrant's files and its providers say, before anything is made of it: what `record` writes down and `--replay`
//! reads. No key, no password: of a key only where it lies.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What every directory said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// One a Vagrantfile, in the order of the options.
    pub(crate) projects: Vec<Project>,
}

/// What is known of one Vagrantfile's machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Project {
    /// The place's name, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// The directory of the Vagrantfile.
    pub(crate) directory: PathBuf,
    /// What was found there, or why nothing was.
    #[serde(flatten)]
    pub(crate) said: Said,
}

/// What a directory said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Said {
    /// All of it.
    Told(Told),
    /// Nothing that could be used.
    Silent(Silence),
}

/// Why a directory could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Silence {
    /// What failed, a sentence.
    pub(crate) why: String,
    /// What a person can do about it.
    pub(crate) remedy: String,
}

/// What is known of a Vagrantfile's machines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// Its machines, sorted by name and provider.
    pub(crate) machines: Vec<VagrantMachine>,
    /// What its Ansible provisioner left behind, with nothing in it but what is read; it may be stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) generated_inventory: Option<TextFile>,
    /// `vagrant ssh-config`, saved or run just now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ssh_configs: Vec<TextFile>,
    /// What the providers say of the networks around their machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) networks: Vec<ProviderNetwork>,
    /// Questions without an answer that are no failure, each a sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unanswered: Vec<String>,
}

/// A file's text and where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextFile {
    /// Where it lies, for messages.
    pub(crate) path: PathBuf,
    /// What is in it.
    pub(crate) text: String,
}

/// A directory `machines/NAME/PROVIDER`, with what the index says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VagrantMachine {
    /// Its name in the Vagrantfile.
    pub(crate) name: String,
    /// Its provider: `libvirt`, `virtualbox`, `docker`, ...
    pub(crate) provider: String,
    /// Its provider's id for it; none where it was never created, or is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// The box it was made from: `debian/bookworm64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) box_name: Option<String>,
    /// The private keys that open it, best first: its own, else Vagrant's insecure ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<PathBuf>,
    /// Vagrant's index of it: what Vagrant last thought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<IndexEntry>,
    /// What its provider says now.
    pub(crate) provider_says: ProviderSays,
}

/// An entry of Vagrant's machine index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndexEntry {
    /// The state when Vagrant last looked: `running`, `poweroff`, `shutoff`.
    pub(crate) state: String,
    /// The directory that Vagrant thinks the Vagrantfile is in.
    pub(crate) directory: PathBuf,
}

/// What a provider says of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ProviderSays {
    /// It was not asked: it has no way to be asked, or the machine has no id.
    NotAsked(String),
    /// It could not be asked: a sentence that says why.
    Failed(String),
    /// There is no VM of that id any more, at the place that was asked: `qemu:///system`, `VirtualBox`, `docker`.
    Gone(String),
    /// The VM is there.
    Has(VirtualMachine),
}

/// A VM as its provider knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VirtualMachine {
    /// Its state in the provider's words: `running`, `poweroff`, `saved`, `exited`.
    pub(crate) state: String,
    /// Its network cards, in the provider's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cards: Vec<Card>,
    /// Where its ports for SSH and `WinRM` are forwarded to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) forwards: Vec<Forward>,
}

/// A network card of a VM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Card {
    /// Its MAC address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mac: Option<String>,
    /// The network it is in: a name of the provider's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<String>,
    /// Whether it is the card that Vagrant itself talks to: the management network's, the NAT card.
    #[serde(default)]
    pub(crate) is_management: bool,
    /// How large its packets may be, in bytes, where the provider was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mtu: Option<u32>,
    /// Its addresses, best first, each with how long its lease runs where it has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<CardAddress>,
}

/// An address of a network card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardAddress {
    /// The address.
    pub(crate) ip: IpAddr,
    /// When its lease ends, seconds since 1970; none where it is no lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<i64>,
}

/// A forwarded port that leads to the guest's SSH, or to its `WinRM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forward {
    /// The rule's name: Vagrant calls its own `ssh`, `winrm` and `winrm-ssl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The address on the host.
    pub(crate) host: IpAddr,
    /// The port on the host.
    pub(crate) port: u16,
    /// The guest's port.
    pub(crate) guest_port: u16,
}

/// A network of a provider's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderNetwork {
    /// The provider: `libvirt`.
    pub(crate) provider: String,
    /// Its name: `vagrant-libvirt`, `vboxnet0`.
    pub(crate) name: String,
    /// How the provider describes it: libvirt's XML reduced to what is read, `VBoxManage list hostonlyifs`' block.
    pub(crate) description: String,
}
