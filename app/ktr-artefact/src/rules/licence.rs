//! The licences under which a rule may be shared on.
//! The GPL and Elastic's are not among them: a bundle can not carry their duties to every reader.

/// Whether a rule under this SPDX id may enter a bundle (design: bundle, section 5.3).
pub(super) fn is_allowed(spdx: &str) -> bool {
    ALLOWED.contains(&spdx)
}

/// Whether `stated`, as writers of YARA put it, is the licence with this SPDX id.
pub(super) fn names(stated: &str, spdx: &str) -> bool {
    let stated = stated.trim();
    let drl = [
        "Detection Rule License 1.1 ",
        "https://github.com/SigmaHQ/Detection-Rule-License/",
    ];
    stated.replace(' ', "-") == spdx
        || (spdx == "DRL-1.1" && drl.iter().any(|start| stated.starts_with(start)))
}

const ALLOWED: [&str; 9] = [
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC0-1.0",
    "DRL-1.0",
    "DRL-1.1",
    "EUPL-1.2",
    "MIT",
];
