//! Which levels of nesting get a box of their own.

use std::ops::Range;

/// More levels than this are not told apart in a picture: those in the middle share one box.
const MOST: usize = 5;

/// The levels in boxes, outermost first. Every level is in exactly one.
pub(super) fn boxes(levels: usize) -> Vec<Range<usize>> {
    if levels <= MOST {
        return (0..levels).map(|level| level..level + 1).collect();
    }
    let (outer, inner) = (2, MOST - 3);
    let alone = |level| level..level + 1;
    let mut boxes: Vec<_> = (0..outer).map(alone).collect();
    boxes.push(outer..levels - inner);
    boxes.extend((levels - inner..levels).map(alone));
    boxes
}

/// What a box is called.
pub(super) fn name<'a>(mut names: impl ExactSizeIterator<Item = &'a str>) -> String {
    match names.len() {
        1 => names.next().unwrap_or_default().to_owned(),
        more => {
            let all: Vec<_> = names.collect();
            format!("{more} levels: {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_in_one_box_however_many_there_are() {
        assert_eq!(boxes(2), [0..1, 1..2]);
        for levels in 0..40 {
            let boxes = boxes(levels);
            assert!(boxes.len() <= MOST);
            assert_eq!(boxes.into_iter().flatten().collect::<Vec<_>>(), (0..levels).collect::<Vec<_>>());
        }
        assert_eq!(name(["a", "b"].into_iter()), "2 levels: a, b");
    }
}
