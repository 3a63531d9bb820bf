//! `rule`: why something is wrong, and what to do instead.

use serde_json::{Value, json};

use super::arguments::{Explain, PageFormat};
use crate::cli::Failure;
use crate::cli::failure::Answer;
use crate::lint::rule::{Fixes, Rule};
use crate::lint::rules;
use crate::lint::select::{UnknownRule, find};

pub(super) fn run(arguments: &Explain) -> Result<Answer, Failure> {
    let rules: Vec<&'static Rule> = rules::all().collect();
    let text = match (&arguments.rule, arguments.output_format) {
        (Some(word), format) => {
            let family: Vec<&Rule> = rules.iter().copied().filter(|rule| rule.family() == word).collect();
            if !family.is_empty() {
                return Ok(Answer::yes(match format {
                    PageFormat::Text => table(&family),
                    PageFormat::Markdown => family.iter().map(|rule| markdown(rule, 1)).collect::<Vec<_>>().join("\n"),
                    PageFormat::Json => document(&family.iter().map(|rule| json(rule)).collect()),
                }));
            }
            let rule = find(word, &rules).ok_or_else(|| {
                let unknown = UnknownRule::new(word, &rules);
                Failure::usage(unknown.to_string(), unknown.remedy())
            })?;
            match format {
                PageFormat::Text => plain(rule),
                PageFormat::Markdown => markdown(rule, 1),
                PageFormat::Json => document(&json(rule)),
            }
        }
        (None, PageFormat::Text) => table(&rules),
        (None, PageFormat::Markdown) => book(&rules),
        (None, PageFormat::Json) => document(&rules.iter().map(|rule| json(rule)).collect()),
    };
    Ok(Answer::yes(text))
}

/// What can be done about its findings without a person.
fn fixes(rule: &Rule) -> &'static str {
    match rule.fixes {
        Fixes::Never => "A person puts it right.",
        Fixes::Safe => "`--fix` puts some of it right.",
        Fixes::Unsafe => "`--unsafe-fixes` puts some of it right.",
    }
}

fn markdown(rule: &Rule, level: usize) -> String {
    let marks = "#".repeat(level);
    let page = rule.page();
    let page = page.lines().map(|line| match line.strip_prefix("## ") {
        Some(title) => format!("{marks}# {title}"),
        None => line.to_owned(),
    });
    let page = page.collect::<Vec<_>>().join("\n");
    let severity = rule.severity.word();
    format!("{marks} {} {}\n\nSeverity: {severity}. {}\n\n{page}\n", rule.code, rule.name, fixes(rule))
}

/// Every page in one, with a table in front.
fn book(rules: &[&Rule]) -> String {
    let row = |rule: &&Rule| {
        let Rule { code, name, .. } = rule;
        let anchor = format!("{}-{name}", code.to_lowercase());
        format!("| [{code}](#{anchor}) | {name} | {} | {} |\n", rule.severity.word(), rule.summary())
    };
    let table: String = rules.iter().map(row).collect();
    let pages: Vec<String> = rules.iter().map(|rule| markdown(rule, 2)).collect();
    format!(
        "# The rules of inv-lint\n\nWritten by `make rules` from the rules themselves; `inv-lint rule CODE` prints a page.\n\n\
         | code | name | severity | |\n|---|---|---|---|\n{table}\n{}",
        pages.join("\n")
    )
}

/// Without the marks of Markdown that a reader of text has no use for.
fn plain(rule: &Rule) -> String {
    let mut text = format!("{} {} ({})\n{}\n\n", rule.code, rule.name, rule.severity.word(), fixes(rule));
    let mut is_code = false;
    for line in rule.page().lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            text.extend(["    ", line, "\n"]);
        } else if let Some(title) = line.strip_prefix("## ") {
            text.extend([title.to_uppercase().as_str(), "\n"]);
        } else {
            text.extend([line, "\n"]);
        }
    }
    text
}

fn table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let row = |rule: &&Rule| {
        let summary = rule.summary();
        format!("{}  {:7}  {:width$}  {summary}\n", rule.code, rule.severity.word(), rule.name)
    };
    rules.iter().map(row).collect()
}

fn json(rule: &Rule) -> Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "family": rule.family(),
        "severity": rule.severity,
        "fix": match rule.fixes {
            Fixes::Never => Value::Null,
            Fixes::Safe => "safe".into(),
            Fixes::Unsafe => "unsafe".into(),
        },
        "summary": rule.summary(),
        "page": rule.page(),
    })
}

fn document(value: &Value) -> String {
    format!("{value:#}\n")
}
