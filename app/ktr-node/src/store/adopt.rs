//! A whole ledger into an empty store, as one write: what a node starts with that joins from a snapshot.
//! That it is the ledger it says is judged before; what came before its height stays unknown.

use ktr_core::id::Height;

use super::{Family, Meta, Store, StoreError, Whole, family::nonce, write::Sheet};

impl Store {
    /// Writes a whole ledger. Returns when it is on disk; if it does not, all of it is there or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] if there is a ledger, [`StoreError::Write`] if the disk refuses.
    pub(crate) fn adopt(
        &self,
        chain_id: &str,
        height: Height,
        whole: &Whole<'_>,
    ) -> Result<(), StoreError> {
        if let Some(meta) = self.view().meta()? {
            return Err(StoreError::NotEmpty(meta.height));
        }
        let mut sheet = Sheet::of(self);
        for (octets, index) in whole.events.iter().zip(0_u64..) {
            sheet.put(Family::Events, &index.to_be_bytes(), octets);
        }
        sheet.log_nodes(&whole.log_nodes);
        for (key, value) in &whole.records {
            sheet.put(Family::Records, key, value);
        }
        sheet.tree(&whole.tree)?;
        for (height, used) in &whole.nonces {
            for (used, position) in used.iter().zip(0_u32..) {
                let key = nonce(height.0, position);
                sheet.put(Family::Nonces, &key, &used.line());
            }
        }
        sheet.meta(&Meta {
            chain_id: chain_id.to_owned(),
            height: height.0,
            time: whole.time,
            app_hash: whole.app_hash(),
            app_version: self.app_version,
            tree_version: 0,
            tree_oldest: 0,
            state_root: whole.state_root,
            log_size: whole.log.size(),
            log_root: whole.log.root(),
        });
        sheet.write(height)
    }
}
