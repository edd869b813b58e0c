//! Who is joined to whom: a shape and the order of the sites in it, both drawn.
//! What goes over an open line is `talk.rs`'s.

use ktr_testkit::Dice;

use super::block::SITES;

/// Whether the line between two places is cut.
type IsCut = fn([usize; 2]) -> bool;

/// Between whom is cut, as it is counted.
const SHAPES: [(&str, IsCut); 6] = [
    ("whole", |_| false),
    ("a line cut", |[one, two]| one + two == 1),
    ("one site alone", |[one, two]| one == 0 || two == 0),
    ("two against two", |[one, two]| (one < 2) != (two < 2)),
    // Each sees two of three.
    ("a ring", |[one, two]| one.abs_diff(two) == 2),
    ("all apart", |_| true),
];

pub(super) struct Net {
    /// The shape's.
    pub(super) name: &'static str,
    is_cut: IsCut,
    /// The place of each site in the shape.
    pub(super) places: [usize; SITES],
}

impl Net {
    pub(super) const fn whole() -> Self {
        let (name, is_cut) = SHAPES[0];
        Self {
            name,
            is_cut,
            places: [0, 1, 2, 3],
        }
    }

    /// Another cut.
    pub(super) fn cut(&mut self, dice: &mut Dice) {
        (self.name, self.is_cut) = SHAPES[dice.below(SHAPES.len())];
        for place in (1..SITES).rev() {
            self.places.swap(place, dice.below(place + 1));
        }
    }

    pub(super) fn is_open(&self, pair: [usize; 2]) -> bool {
        !(self.is_cut)(pair.map(|site| self.places[site]))
    }
}
