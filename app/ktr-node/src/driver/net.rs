//! Who is joined to whom: a shape and the order of the sites in it, both drawn.
//! What goes over an open line is `talk.rs`'s.

use ktr_testkit::Dice;

use super::block::SITES;

/// Between whom is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Nobody.
    Whole,
    /// Two do not see each other.
    Line,
    /// One site sees nobody.
    Single,
    /// Two see each other, and so do the other two.
    Half,
    /// Each sees two of three.
    Ring,
    /// Nobody sees anybody.
    Apart,
}

const SHAPES: [Shape; 6] = [
    Shape::Whole,
    Shape::Line,
    Shape::Single,
    Shape::Half,
    Shape::Ring,
    Shape::Apart,
];

impl Shape {
    /// As it is counted.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Line => "a line cut",
            Self::Single => "one site alone",
            Self::Half => "two against two",
            Self::Ring => "a ring",
            Self::Apart => "all apart",
        }
    }

    fn is_cut(self, [one, two]: [usize; 2]) -> bool {
        match self {
            Self::Whole => false,
            Self::Line => one + two == 1,
            Self::Single => one == 0 || two == 0,
            Self::Half => (one < 2) != (two < 2),
            Self::Ring => one.abs_diff(two) == 2,
            Self::Apart => true,
        }
    }
}

#[derive(Debug)]
pub(super) struct Net {
    pub(super) shape: Shape,
    /// The place of each site in the shape.
    places: [usize; SITES],
}

impl Net {
    pub(super) const fn whole() -> Self {
        Self {
            shape: Shape::Whole,
            places: [0, 1, 2, 3],
        }
    }

    /// Another cut.
    pub(super) fn cut(&mut self, dice: &mut Dice) {
        self.shape = SHAPES[dice.below(SHAPES.len())];
        for place in (1..SITES).rev() {
            self.places.swap(place, dice.below(place + 1));
        }
    }

    pub(super) fn is_open(&self, pair: [usize; 2]) -> bool {
        !self.shape.is_cut(pair.map(|site| self.places[site]))
    }
}
