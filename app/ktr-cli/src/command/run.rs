//! Which group a command belongs to.
//! Does nothing itself.

use ktr_os::pages::Written;

use super::{
    audit, blocks, board, events, genesis, keys, localnet, log, member, nominate, query, release,
    session, sibling, status, tx,
};
use crate::cli::{Cli, Command, Shared};
use crate::error::CliError;
use crate::output;

/// Runs one command.
pub(crate) fn run(cli: Cli) -> Result<(), CliError> {
    let shared = &cli.shared;
    match cli.command {
        Command::Keys(keys) => keys::run(shared, keys),
        Command::Genesis(genesis) => genesis::run(shared, genesis),
        Command::Localnet(localnet) => localnet::run(shared, localnet),
        Command::Tx(tx) => tx::run(shared, tx),
        Command::Member(member) => member::run(shared, member),
        Command::Nominate(nominate) => nominate::run(shared, &nominate),
        Command::Board(board) => board::run(shared, board),
        Command::Session(session) => session::run(shared, session),
        Command::Bundle(bundle) => release::run_bundle(shared, bundle),
        Command::Seal(seal) => release::run_seal(shared, &seal),
        Command::Verify(verify) => release::run_verify(shared, &verify),
        Command::Release(release) => release::run_release(shared, release),
        Command::Query(query) => query::run(shared, &query),
        Command::Events(events) => events::run(shared, events),
        Command::Status => status::run(shared),
        Command::ExportBlocks(export) => blocks::run(shared, &export),
        Command::Audit(audit) => audit::run(shared, &audit),
        Command::Log(log) => log::run(shared, &log),
        Command::Completions(flags) => {
            pages(shared, &flags.written::<Cli>());
            Ok(())
        }
        Command::Man(flags) => {
            pages(shared, &flags.written::<Cli>()?);
            Ok(())
        }
        Command::Node(sibling) => sibling::run("ktr-node", sibling),
        Command::Room(sibling) => sibling::run("ktr-room", sibling),
        Command::Agent(sibling) => sibling::run("ktr-agent", sibling),
        Command::Collector(sibling) => sibling::run("ktr-collector", sibling),
    }
}

fn pages(shared: &Shared, written: &Written) {
    output::answer(shared.output, &written.text, &written.value);
}
