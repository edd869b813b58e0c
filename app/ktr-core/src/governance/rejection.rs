//! The rules of governance by number, 1600 to 1699.
//! The order of the checks stands in `decide` and `mandate`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1600:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only a county may do this.
    CountyRequired = 1601:
        "anyone who asks for a county's act with a key that is not a county's"
        => "Let a county's operator sign.",
    /// The command names no proposal, and without one it may not be asked.
    MandateMissing = 1602:
        "a county that asks without mandate for what the counties decide together"
        => "Propose it, wait until it is enacted, then name the proposal with `--mandate`.",
    /// The command names a proposal, and is none that can rest on one.
    MandateNotTaken = 1603:
        "anyone who names a proposal in a command that needs none"
        => "Leave `--mandate` out.",
    /// No enacted proposal of subject act has this number.
    MandateUnknown = 1604:
        "a county whose proposal was not enacted, or is of another subject than an act"
        => "Look the proposal up and wait until it is enacted.",
    /// The proposal names another command.
    MandateForeign = 1605:
        "a county whose command differs from the one that was enacted"
        => "Compare the digest that `ktr tx build` prints with the proposal's; build the same command again.",
    /// The number is not the last one plus one.
    ProposalNotNext = 1606:
        "a county, with a number that leaves a gap or is taken"
        => "Give the last number plus one. If another county was faster, propose anew.",
    /// The proposal would be over before it is open.
    UntilPassed = 1607:
        "a county whose proposal would end before it begins"
        => "Give a later end.",
    /// The proposal would be open for longer than 30 days.
    UntilTooFar = 1608:
        "a county whose proposal would be open for longer than 30 days"
        => "Give an earlier end.",
    /// Another proposal of this subject is open.
    SubjectOpen = 1609:
        "a county that proposes while a proposal of the subject is open"
        => "Wait until that one is enacted, rejected, withdrawn or expired.",
    /// No such proposal.
    ProposalUnknown = 1610:
        "a county that names a number that was never proposed"
        => "Compare the number with `ktr query proposal N`.",
    /// The proposal is enacted, rejected, withdrawn or expired.
    ProposalNotOpen = 1611:
        "a county that comes too late"
        => "Nothing: it is over. `ktr query proposal N` shows how it ended.",
    /// The county has approved or declined; both are final.
    AlreadyVoted = 1612:
        "a county that approves or declines twice"
        => "Nothing: its first word is final.",
    /// The proposal has another digest than the one that was approved.
    DigestForeign = 1613:
        "a county that approves another digest than the proposal's"
        => "Read the proposal again, and approve the digest that it has.",
    /// Only the county that proposed it may take it back.
    ProposerRequired = 1614:
        "a county that takes back another's proposal"
        => "Let the proposer withdraw it, or decline it.",
    /// The network has no such county.
    CountyUnknown = 1615:
        "a county that names a county which the network has not"
        => "Compare the number with `ktr genesis show`.",
    /// This region is the host.
    HostUnchanged = 1616:
        "a county that proposes the host region for host"
        => "Nothing: it is the host.",
    /// Counties give no keys to members, seats and deputies, and none for rooms.
    RoleForeign = 1617:
        "a county that gives a key to a member, a seat, a deputy or a room"
        => "Use the commands of membership and board for those keys.",
    /// The key is registered.
    KeyKnown = 1618:
        "a county, with a key that stands in the register already"
        => "Make a new key with `ktr keys new`.",
    /// The new key did not sign for itself.
    KeyProofFails = 1619:
        "a county whose new key did not sign for itself"
        => "Make the proof again with `ktr keys proof`, with the same chain id and owner as in the command.",
    /// The key's validity is empty or over.
    ValidityEmpty = 1620:
        "a county, with a key that ends before it begins, or has ended"
        => "Prolong the key or make a new one.",
    /// The key's validity begins too far ahead; try again.
    ValidityTooSoon = 1621:
        "a county, with a key that becomes valid too far ahead"
        => "Wait, and try again; set the clock right where the key is made.",
    /// The key would be valid for too long.
    ValidityTooLong = 1622:
        "a county, with a key for longer than `key_validity_max_secs`"
        => "Give an earlier end.",
    /// The set is empty, has a key twice or a foreign county, or its power is out of range.
    ValidatorsUnfit = 1623:
        "a county, with a set that is empty, names a key twice or a foreign county, or has too much power"
        => "Correct the set, and propose it anew.",
    /// One lying site alone could fork a network of this set.
    OneCouldFork = 1624:
        "a county, with a set in which one site, or one county with all its engines, has a third or more"
        => "Give no site, and no county with all its engines, a third of the power or more.",
    /// The set halts when one site is down, and the proposal does not accept that.
    ToleratesNone = 1625:
        "a county, with a set that halts when one site is down"
        => "Add a site, or accept it in the proposal.",
    /// With these parameters some command could never be accepted, or a transaction counts for too long.
    ParametersUnfit = 1626:
        "a county, with parameters under which some command could never be accepted, or a transaction counts for more than a day"
        => "Compare the bounds with the page Parameters.",
    /// The list of federated networks has no higher number than the last one.
    SequenceNotNewer = 1627:
        "a county, with a list that is not newer than the one in force"
        => "Give a higher number.",
    /// The version is not above the one in force.
    VersionNotNewer = 1628:
        "a county, with a version that is in force or older"
        => "Give a higher version.",
    /// The height of the upgrade is not ahead.
    HeightPassed = 1629:
        "a county, with a height that has passed"
        => "Give a height far enough ahead that all sites can prepare.",
    /// Sixteen keys of this role and purpose begin before it and are not over.
    KeysCrowded = 1630:
        "a county, with a key that is to follow on 16 others"
        => "Wait until some of them are over, or give a key that begins at once: it ends them all.",
    /// The studio moves already, and this would begin later, or give it a key beside the move's.
    HostPending = 1631:
        "a county that proposes a second move which begins after the first, or a key of the studio before the first is in force"
        => "Wait until the first is in force, or propose a move that begins no later: it takes the first one's place. A stolen key of the studio is replaced so: a move to the present host, from now on, with a new key; then the move again.",
    /// The counties have enacted another act since, or thirty days are over since nobody could approve this one any more.
    MandateOver = 1632:
        "a county that comes with an act after a later one was enacted, or that was left unused"
        => "Use the last act that was enacted, or propose this one anew.",
}
