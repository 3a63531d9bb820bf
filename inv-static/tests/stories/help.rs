//! The whole help, as a newcomer reads it.

use std::fmt::Write as _;

use crate::lab::Lab;

/// The commands, in the order of the help.
const COMMANDS: [&str; 13] =
    ["graph", "explain", "pin", "diff", "plan", "vars", "lint", "wait", "export", "record", "env", "doctor", "init"];

#[test]
fn the_whole_help_is_reviewed() {
    let lab = Lab::empty();
    let mut help = lab.run(&["--help"]).text();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        write!(help, "\n# {command}\n\n{}", lab.run(&[command, "--help"]).text()).unwrap();
    }
    insta::assert_snapshot!(help);
}

#[test]
fn no_command_is_missing_from_the_review() {
    let help = Lab::empty().run(&["--help"]).text();
    let commands = help.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(commands.lines().count(), COMMANDS.len(), "{commands}");
}
