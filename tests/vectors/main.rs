//! Vectors of the matrix and of a release: fixed input, recorded octets and decisions.
//! Those of the ledger are made by the tests of `ktr-wire`.

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod release;
