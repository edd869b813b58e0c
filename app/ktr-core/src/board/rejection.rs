//! The rules of the board by number: none yet; 1100 to 1199 are reserved.
//! The rules of votes are those of nominations.
