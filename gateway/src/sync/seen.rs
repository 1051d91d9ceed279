//! Which ids a pass over ids has listed, in memory that does not grow with the world.
//!
//! A set of bits: what was listed is always found again, and of what was not, a few in a million look
//! as if they had been. Those are looked at with other bits by the next pass.

use portico_contract::Kind;
use sha2::{Digest, Sha256};

/// Bits for each id that is expected, so that few look alike.
const BITS: u64 = 32;
/// Bits that stand for one id.
const MARKS: u64 = 8;
/// A megabyte at least, sixteen at most.
const FEWEST: u64 = 1 << 23;
const MOST: u64 = 1 << 27;

#[derive(Debug)]
pub(super) struct Seen {
    /// Different for each pass.
    salt: i64,
    words: Vec<u64>,
}

impl Seen {
    pub fn new(salt: i64, expected: u64) -> Self {
        let bits = expected.saturating_mul(BITS).clamp(FEWEST, MOST).next_power_of_two();
        Self { salt, words: vec![0; usize::try_from(bits / 64).unwrap_or_default()] }
    }

    /// The pass that this belongs to.
    pub fn salt(&self) -> i64 {
        self.salt
    }

    pub fn insert(&mut self, kind: Kind, key: &str) {
        for (word, bit) in self.places(kind, key) {
            if let Some(word) = self.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    pub fn has(&self, kind: Kind, key: &str) -> bool {
        self.places(kind, key).all(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    fn places(&self, kind: Kind, key: &str) -> impl Iterator<Item = (usize, u64)> + use<> {
        let mut digest = Sha256::new();
        digest.update(self.salt.to_be_bytes());
        digest.update(kind.as_str());
        digest.update([0]);
        digest.update(key);
        let digest = digest.finalize();
        let half = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let (mut halves, words) = (digest.chunks_exact(8).map(half), self.words.len());
        let (start, stride) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default() | 1);
        (0..MARKS).map(move |mark| {
            let place = start.wrapping_add(mark.wrapping_mul(stride));
            let word = usize::try_from(place >> 6).unwrap_or_default().checked_rem(words).unwrap_or_default();
            (word, 1 << (place & 63))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_listed_is_found_and_hardly_anything_else() {
        let mut seen = Seen::new(7, 300_000);
        for key in 0..300_000 {
            seen.insert(Kind::Ticket, &key.to_string());
        }
        assert!((0..300_000).all(|key| seen.has(Kind::Ticket, &key.to_string())));
        let alike = (300_000..600_000).filter(|key| seen.has(Kind::Ticket, &key.to_string())).count();
        assert!(alike < 30, "{alike} look as if they had been listed");
        assert!(!seen.has(Kind::Invoice, "1"));
    }

    #[test]
    fn memory_has_a_limit() {
        assert_eq!(Seen::new(0, 0).words.len() * 8, 1 << 20);
        assert_eq!(Seen::new(0, u64::MAX).words.len() * 8, 1 << 24);
    }
}
