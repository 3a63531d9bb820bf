//! "Did you mean …?"

/// The candidate that `word` is probably a slip of the hand for: a third of its characters, and at least one, may
/// be added, lost, changed or swapped with their neighbour. Case and `-` for `_` count nothing. The first of equals.
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    nearest_within(word, candidates, usize::MAX)
}

/// As [`nearest`], with at most so many slips.
pub fn nearest_within<'a>(word: &str, candidates: &[&'a str], most: usize) -> Option<&'a str> {
    let word = folded(word);
    // Nobody mistypes a name of this length, and the distance costs its square.
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    candidates
        .iter()
        .map(|&candidate| (distance(&word, &folded(candidate)), candidate))
        .filter(|&(distance, _)| distance <= most)
        .filter(|&(distance, candidate)| distance <= (word.len().max(candidate.chars().count()) / 3).max(1))
        // A one-letter word is one change away from every other one.
        .filter(|&(distance, _)| distance < word.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// The optimal string alignment distance: Levenshtein's, with a swap of neighbours as one step.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_slip() {
        assert_eq!(nearest("machnies", &["members", "machines", "network"]), Some("machines"));
        assert_eq!(nearest("machnes", &["members", "machines", "network"]), Some("machines"));
        assert_eq!(nearest("kubespray-version", &["plugin", "kubespray_version"]), Some("kubespray_version"));
    }

    #[test]
    fn an_unrelated_word_has_no_neighbour() {
        assert_eq!(nearest("colour", &["members", "machines", "network"]), None);
        assert_eq!(nearest("x", &["y"]), None);
        assert_eq!(nearest("", &["y"]), None);
        assert_eq!(nearest(&"m".repeat(1 << 20), &["members"]), None);
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        let of = |a, b| distance(&folded(a), &folded(b));
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("ca", "ac"), 1);
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("abc", ""), 3);
    }
}
