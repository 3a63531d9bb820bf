//! Which rule presents which rows of the table of relations.

/// The rows that each rule of the linter presents, by its code.
pub const ROWS: &[(&str, &[&str])] = &[
    ("NET001", &["A01"]),
    ("NET002", &["A02", "A03"]),
    ("NET003", &["A04"]),
    ("NET004", &["A05"]),
    ("NET006", &["A06", "A07"]),
    ("NET007", &["G03"]),
    ("NET008", &["A08", "A09", "A10"]),
    ("NET009", &["A11", "A12", "A13", "A14", "B04", "B05"]),
    ("NET010", &["A15"]),
    ("NET011", &["B03"]),
    ("NET012", &["A26"]),
    ("NET013", &["A19", "A20", "A21"]),
    ("NET014", &["A23"]),
    ("NET015", &["B01", "B02"]),
    ("NET016", &["B07", "B08", "B09", "F10"]),
    ("NET017", &["C01", "C02", "C03", "C04"]),
    ("NET018", &["C05"]),
    ("NET019", &["C06"]),
    ("NET020", &["D01", "D02"]),
    ("NET021", &["D03"]),
    ("NET022", &["E02", "E05", "E06"]),
    ("NET023", &["E03", "E04", "F12"]),
    ("NET024", &["G01"]),
    ("NET025", &["G02", "F08"]),
    ("NST001", &["F01", "F02", "F05", "F07"]),
    ("NST002", &["F04", "F06"]),
    ("NST003", &["F03"]),
    ("NST004", &["F09"]),
    ("NST005", &["H01", "H02", "H03"]),
    ("NST006", &["H04"]),
    ("NST007", &["H05"]),
    ("NST008", &["H06", "H08"]),
    ("NST009", &["H07"]),
    ("HRD001", &["A16"]),
    ("HRD002", &["A17"]),
    ("HRD003", &["A18"]),
    ("HRD004", &["A22"]),
];

/// The rows that no rule about networks presents, and why.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("A24", "hosts with one address are a matter of the inventory: family INV"),
    ("A25", "which addresses a machine really has is known to a source alone"),
    ("B06", "kubespray itself refuses both modes at once: family KSP"),
    ("E01", "which VirtualBox runs, and what its networks.conf permits, stands in no inventory"),
    ("F11", "neither kubespray nor the hard way makes a control plane at Amazon's"),
];

/// The rules of the inventory that speak where rows that are listed elsewhere are breached.
const OF_INVENTORY: &[(&str, &[&str])] = &[("A24", &["INV002", "INV005"])];

/// The rule that presents a row. `None`: none about networks does.
pub(super) fn rule_of(row: &str) -> Option<&'static str> {
    ROWS.iter().find(|(_, rows)| rows.contains(&row)).map(|(rule, _)| *rule)
}

/// The rules of the inventory that speak of a row, each at the place of what it finds.
pub(super) fn of_inventory(row: &str) -> &'static [&'static str] {
    OF_INVENTORY.iter().find(|(id, _)| *id == row).map_or(&[], |(_, rules)| rules)
}

/// The rows of a rule.
pub(super) fn of(code: &str) -> &'static [&'static str] {
    ROWS.iter().find(|(rule, _)| *rule == code).map_or(&[], |(_, rows)| rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::rules;
    use crate::network::relations;

    #[test]
    fn every_row_of_the_table_is_one_rules_or_says_why_not() {
        for row in relations::rules() {
            let presented = ROWS.iter().filter(|(_, rows)| rows.contains(&row.id)).count();
            let elsewhere = ELSEWHERE.iter().filter(|(id, _)| *id == row.id).count();
            assert_eq!(presented + elsewhere, 1, "{}: {}", row.id, row.says);
        }
        let listed = ROWS.iter().flat_map(|(_, rows)| *rows).chain(ELSEWHERE.iter().map(|(id, _)| id));
        for id in listed {
            assert!(relations::rule(id).is_some(), "{id}");
        }
    }

    #[test]
    fn every_rule_that_presents_rows_is_there_and_as_bad_as_the_worst_of_them() {
        for (code, rows) in ROWS {
            let rule = rules::all().find(|rule| rule.code == *code);
            let rule = rule.unwrap_or_else(|| panic!("{code} is listed and is no rule"));
            let strength = rows.iter().filter_map(|id| relations::rule(id)).map(|row| row.strength).max().unwrap();
            let worst = match strength {
                relations::Strength::Must => crate::lint::finding::Severity::Error,
                relations::Strength::Should => crate::lint::finding::Severity::Warning,
                relations::Strength::May => crate::lint::finding::Severity::Info,
            };
            // What docker might take, and what a bridge costs, is told as an information only: both may well be meant.
            assert!(rule.severity == worst || ["NET021", "NST009"].contains(code), "{code}");
        }
    }
}
