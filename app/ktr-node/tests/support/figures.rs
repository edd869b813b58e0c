//! The engine's figures that the shipped alarms and the dashboard ask for, of the version that a node runs.
//! Whether it shows them is for a real engine to say, in the net tests.

/// As CometBFT v0.38.25 names them. A histogram stands here with the parts that are asked for.
pub(crate) const ENGINE: [&str; 13] = [
    "cometbft_blocksync_syncing",
    "cometbft_consensus_block_interval_seconds_count",
    "cometbft_consensus_block_interval_seconds_sum",
    "cometbft_consensus_byzantine_validators_power",
    "cometbft_consensus_height",
    "cometbft_consensus_missing_validators",
    "cometbft_consensus_missing_validators_power",
    "cometbft_consensus_rounds",
    "cometbft_consensus_validators",
    "cometbft_consensus_validators_power",
    "cometbft_mempool_failed_txs",
    "cometbft_mempool_size",
    "cometbft_p2p_peers",
];
