//! A Python process of Ansible's that answers questions, one JSON document a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The other side.
const SCRIPT: &str = include_str!("answers.py");

/// A process that answers questions; it ends when this is dropped.
#[derive(Debug)]
pub struct Questions {
    process: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// What Python said: a value, or the name and text of an exception.
///
/// Values keep their Python type: text, truth values and `None` are themselves, everything else is an object with
/// its type as the only key: `{"int": "1"}`, `{"float": "1.0"}`, `{"list": [..]}`, `{"tuple": [..]}`, `{"set": [..]}`,
/// `{"bytes": [..]}`, `{"complex": [real, imaginary]}`, `{"map": [[key, value], ..]}`, `{"ellipsis": null}`.
pub type Answer = Result<Value, String>;

impl Questions {
    pub(crate) fn start(mut command: Command) -> Self {
        let process = command.arg("-c").arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.expect("Python starts");
        let stdin = process.stdin.take();
        let stdout = BufReader::new(process.stdout.take().expect("a pipe was asked for"));
        Self { process, stdin, stdout }
    }

    /// Asks one question of a kind for each text, and returns the answers in their order.
    ///
    /// # Panics
    ///
    /// When the process dies.
    pub fn ask(&mut self, kind: &str, texts: &[impl AsRef<str>]) -> Vec<Answer> {
        let lines: String =
            texts.iter().map(|text| json!({"kind": kind, "text": text.as_ref()}).to_string() + "\n").collect();
        // Written from a thread of its own: with both pipes full nobody would move.
        let mut stdin = self.stdin.take().expect("only one question at a time");
        let writer = std::thread::spawn(move || {
            stdin.write_all(lines.as_bytes()).and_then(|()| stdin.flush()).expect("Python reads its questions");
            stdin
        });
        let answers = texts.iter().map(|_| self.answer()).collect();
        self.stdin = Some(writer.join().expect("the writer does not panic"));
        answers
    }

    /// What `ansible-inventory --list --export` makes of each file, with an inventory that is not understood as an
    /// error. Each is read in a process of its own, without the half second that starting Ansible takes.
    ///
    /// # Panics
    ///
    /// When the process dies, or a path is no text.
    pub fn inventories(&mut self, files: &[impl AsRef<Path>]) -> Vec<Answer> {
        self.about_files("inventory", files)
    }

    /// The same without `--export`: each host has the variables of its groups and of the files beside the inventory,
    /// merged by Ansible's precedence.
    ///
    /// # Panics
    ///
    /// When the process dies, or a path is no text.
    pub fn merged(&mut self, files: &[impl AsRef<Path>]) -> Vec<Answer> {
        self.about_files("merged", files)
    }

    fn about_files(&mut self, kind: &str, files: &[impl AsRef<Path>]) -> Vec<Answer> {
        let paths: Vec<&str> = files.iter().map(|path| path.as_ref().to_str().expect("a path of text")).collect();
        self.ask(kind, &paths)
    }

    fn answer(&mut self) -> Answer {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("Python's answer is text");
        let mut answer: Value = serde_json::from_str(&line).expect("Python answers, in JSON");
        match answer.get_mut("value") {
            Some(value) => Ok(value.take()),
            None => Err(answer["error"].as_str().expect("an answer is a value or an error").to_owned()),
        }
    }
}

impl Drop for Questions {
    fn drop(&mut self) {
        // Where a test fails between two answers, Python still waits to be read and would wait for ever.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
