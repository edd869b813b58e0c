//! What time alone does to counts: nothing.
//! A bucket that is over is published by the collector.
