//! The life of a password: table 7.2 of contracts/cyclos.md cell by cell, and what must hold of any
//! facts at any moment.

use proptest::prelude::*;
use rekey::domain::Timestamp;
use rekey::domain::authority::Relation;
use rekey::domain::id::PasswordTypeId;
use rekey::domain::password_type::{OwnerRights, PasswordType, Spec};
use rekey::domain::status::{Action, Block, BlockPolicy, Facts, Mode, Rules, Standing, Status};
use time::Duration;

const NOW: i64 = 1_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_timestamp(seconds).unwrap()
}

fn rules(mode: Mode) -> Rules {
    Rules {
        mode,
        access: true,
        validity: Some(Duration::seconds(1_000)),
        max_tries: 3,
        block: BlockPolicy::For(60),
        block_max: Duration::seconds(60),
        admin_authorization: false,
    }
}

/// Facts whose status is, in the order of the columns of table 7.2: neverCreated, pending, active,
/// expired, reset, temporarilyBlocked, indefinitelyBlocked, disabled.
fn columns() -> [Facts; 8] {
    let set = Facts {
        standing: Standing::Set,
        set_at: Some(at(NOW - 10)),
        ..Facts::default()
    };
    [
        Facts::default(),
        Facts {
            standing: Standing::Pending,
            ..Facts::default()
        },
        set,
        Facts {
            set_at: Some(at(NOW - 1_000)),
            ..set
        },
        Facts {
            standing: Standing::Reset,
            ..set
        },
        Facts {
            block: Block::Until(at(NOW + 5)),
            failures: 3,
            ..set
        },
        Facts {
            block: Block::Forever,
            failures: 3,
            ..set
        },
        Facts {
            disabled_at: Some(at(NOW - 1)),
            ..set
        },
    ]
}

/// What a cell says: the status after the action, or that it is refused.
fn cell(action: Action, facts: Facts, rules: &Rules) -> &'static str {
    match facts
        .apply(action, at(NOW), rules)
        .map(|after| after.status(at(NOW), rules))
    {
        Err(_) => "x",
        Ok(Status::NeverCreated) => "never",
        Ok(Status::Pending) => "pending",
        Ok(Status::Active) => "active",
        Ok(Status::Expired) => "expired",
        Ok(Status::Reset) => "reset",
        Ok(Status::Disabled) => "disabled",
        Ok(Status::TemporarilyBlocked { .. }) => "temp",
        Ok(Status::IndefinitelyBlocked) => "indef",
    }
}

fn row(action: Action, rules: &Rules) -> String {
    columns().map(|facts| cell(action, facts, rules)).join(" ")
}

#[test]
fn table_7_2_cell_by_cell() {
    use Action::{
        AllowGeneration, Change, ChangeAndForce, ChangeForOwner, ChangeGenerated, Disable, Enable,
        Generate, Recover, ResetAndSend, ResetByMailbox, ResetGenerated, Unblock, UnlockByMailbox,
    };
    let (manual, generated) = (rules(Mode::Manual), rules(Mode::Generated));
    let authorised = Rules {
        admin_authorization: true,
        ..generated
    };
    let table = [
        (AllowGeneration, authorised, "pending x x x x x x x"),
        (AllowGeneration, generated, "x x x x x x x x"),
        (AllowGeneration, manual, "x x x x x x x x"),
        (Generate, generated, "active active x active active x x x"),
        (Generate, authorised, "x active x active active x x x"),
        (Generate, manual, "x x x x x x x x"),
        (ChangeGenerated, generated, "x x active x x x x x"),
        (ChangeGenerated, manual, "x x x x x x x x"),
        (Change, manual, "active x active active active x x x"),
        (Change, generated, "x x x x x x x x"),
        (ChangeForOwner, generated, "x x x x x x x x"),
        (
            ResetGenerated,
            generated,
            "x x pending pending pending pending pending x",
        ),
        (ResetGenerated, manual, "x x x x x x x x"),
        (
            ResetAndSend,
            generated,
            "reset reset reset reset reset reset reset x",
        ),
        (
            Disable,
            manual,
            "x disabled disabled disabled disabled disabled disabled x",
        ),
        (Enable, manual, "x x x x x x x active"),
        (Unblock, manual, "x x x x x active active x"),
        (Recover, manual, "x x active active active active x x"),
        (Recover, generated, "x x reset reset reset reset x x"),
        // design.md, section 2: a reset by mailbox also sets a first value and lifts any block;
        // what an administrator disabled stays so.
        (
            ResetByMailbox,
            manual,
            "active active active active active active active x",
        ),
        (
            UnlockByMailbox,
            manual,
            "never pending active expired reset active active x",
        ),
    ];
    for (action, rules, wanted) in table {
        assert_eq!(row(action, &rules), wanted, "{action:?} {:?}", rules.mode);
    }
    // A manual password is never pending, so the table leaves that cell open.
    let skip_pending = |row: String| {
        row.replacen(" active ", " - ", 1)
            .replacen(" reset ", " - ", 1)
    };
    let change = skip_pending(row(ChangeForOwner, &manual));
    assert_eq!(change, "active - active active active active active x");
    let force = skip_pending(row(ChangeAndForce, &manual));
    assert_eq!(force, "reset - reset reset reset reset reset x");
}

#[test]
fn the_last_try_closes_and_a_series_after_a_block_starts_anew() {
    let rules = rules(Mode::Manual);
    let [_, _, open, ..] = columns();
    let twice = open.failed(at(NOW), &rules).failed(at(NOW), &rules);
    assert_eq!(twice.status(at(NOW), &rules), Status::Active);
    let closed = twice.failed(at(NOW), &rules);
    let until = at(NOW + 60);
    assert_eq!(
        closed.status(at(NOW), &rules),
        Status::TemporarilyBlocked { until }
    );
    assert_eq!(
        closed.failed(at(NOW + 1), &rules),
        closed,
        "a closed password counts no further"
    );
    let again = closed.failed(until, &rules);
    assert_eq!(
        (again.failures, again.status(until, &rules)),
        (1, Status::Active)
    );
}

/// L-02: each block that follows another without a right try between is twice as long, up to the
/// longest; a right try, a new value, a lifted block and a day of rest begin anew.
#[test]
fn l_02_blocks_in_a_row_grow() {
    let growing = |block_max| Rules {
        block_max: Duration::seconds(block_max),
        ..rules(Mode::Manual)
    };
    let [_, _, open, ..] = columns();
    let close = |mut facts: Facts, now: i64, rules: &Rules| {
        for _ in 0..rules.max_tries {
            facts = facts.failed(at(now), rules);
        }
        let Status::TemporarilyBlocked { until } = facts.status(at(now), rules) else {
            panic!("not blocked: {facts:?}");
        };
        (facts, (until - at(now)).whole_seconds())
    };
    let series = |rules: &Rules, pause: i64| {
        let (mut facts, mut now, mut lasted) = (open, NOW, Vec::new());
        for _ in 0..5 {
            let (closed, seconds) = close(facts, now, rules);
            lasted.push(seconds);
            (facts, now) = (closed, now + seconds + pause);
        }
        lasted
    };
    assert_eq!(series(&growing(500), 0), [60, 120, 240, 480, 500]);
    assert_eq!(series(&growing(500), 86_399), [60, 120, 240, 480, 500]);
    assert_eq!(series(&growing(500), 86_400), [60; 5], "a day of rest");
    assert_eq!(series(&growing(60), 0), [60; 5], "as long as the first");
    assert_eq!(
        series(&growing(1), 0),
        [60; 5],
        "never shorter than the first"
    );
    assert_eq!(
        series(&growing(i64::MAX / 4), 0),
        [60, 120, 240, 480, 960],
        "no overflow"
    );
    let rules = growing(500);
    let (once, _) = close(open, NOW, &rules);
    let then = at(NOW + 60);
    let first = once.failed(then, &rules);
    let begins_anew = [
        first.cleared(&once, &first),
        once.apply(Action::Change, then, &rules).unwrap(),
        once.apply(Action::Unblock, at(NOW), &rules).unwrap(),
        once.apply(Action::UnlockByMailbox, at(NOW), &rules)
            .unwrap(),
        once.apply(Action::ResetByMailbox, at(NOW), &rules).unwrap(),
        once.apply(Action::Recover, at(NOW), &rules).unwrap(),
    ];
    for facts in begins_anew {
        assert_eq!(close(facts, NOW + 60, &rules).1, 60, "{facts:?}");
    }
    // A try that was counted and never evaluated takes its block with it.
    let twice = open.failed(at(NOW), &rules).failed(at(NOW), &rules);
    let counted = twice.failed(at(NOW), &rules);
    let released = counted.released(&twice, &counted);
    assert_eq!((released.failures, released.blocks), (2, 0));
}

#[test]
fn too_many_tries_lead_where_the_type_says() {
    let [_, _, open, ..] = columns();
    let close = |block| {
        let rules = Rules {
            max_tries: 1,
            block,
            ..rules(Mode::Manual)
        };
        open.failed(at(NOW), &rules).status(at(NOW), &rules)
    };
    let until = at(NOW + 60);
    assert_eq!(
        close(BlockPolicy::For(60)),
        Status::TemporarilyBlocked { until }
    );
    assert_eq!(close(BlockPolicy::Forever), Status::IndefinitelyBlocked);
    assert_eq!(close(BlockPolicy::Disable), Status::Disabled);
}

/// A try that was counted and never evaluated leaves no trace: not in the count, not as a block.
#[test]
fn a_withdrawn_try_leaves_no_trace() {
    for block in [
        BlockPolicy::For(60),
        BlockPolicy::Forever,
        BlockPolicy::Disable,
    ] {
        let rules = Rules {
            block,
            ..rules(Mode::Manual)
        };
        let mut before = columns()[2];
        for _ in 0..rules.max_tries {
            let counted = before.failed(at(NOW), &rules);
            assert_eq!(counted.released(&before, &counted), before);
            assert_eq!(counted.cleared(&before, &counted), columns()[2]);
            before = counted;
        }
        let [_, _, open, ..] = columns();
        let cleared = before.cleared(&open, &before);
        assert_eq!(cleared.released(&open, &before), cleared, "{block:?}");
    }
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let moment = || NOW - 5_000..NOW + 5_000;
    let standing = prop_oneof![
        Just(Standing::NeverCreated),
        Just(Standing::Pending),
        Just(Standing::Set),
        Just(Standing::Reset),
        Just(Standing::Used),
    ];
    let block = prop_oneof![
        Just(Block::No),
        Just(Block::Forever),
        moment().prop_map(|until| Block::Until(at(until))),
    ];
    (
        standing,
        proptest::option::of(moment()),
        proptest::option::of(moment()),
        0_u32..9,
        block,
    )
        .prop_map(|(standing, set_at, disabled_at, failures, block)| Facts {
            standing,
            set_at: set_at.map(at),
            disabled_at: disabled_at.map(at),
            failures,
            block,
            blocks: 0,
        })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let mode = prop_oneof![Just(Mode::Manual), Just(Mode::Generated), Just(Mode::Otp)];
    let block = prop_oneof![
        Just(BlockPolicy::For(60)),
        Just(BlockPolicy::Forever),
        Just(BlockPolicy::Disable),
    ];
    (
        mode,
        proptest::option::of(1_i64..9_999),
        1_u32..9,
        block,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(mode, validity, max_tries, block, admin_authorization, access)| Rules {
                mode,
                access,
                validity: validity.map(Duration::seconds),
                max_tries,
                block,
                block_max: Duration::ZERO,
                admin_authorization,
            },
        )
}

fn any_rights() -> impl Strategy<Value = OwnerRights> {
    any::<[bool; 4]>().prop_map(|[change, enable, reset, unblock]| OwnerRights {
        change,
        enable,
        reset,
        unblock,
    })
}

/// A password type with these rules.
fn kind(rules: &Rules, owner: OwnerRights) -> PasswordType {
    let file = rekey::config::tenant::parse("tenant.toml", crate::harness::world::TENANT).unwrap();
    let spec = file.password_types.into_iter().next().unwrap();
    let spec = Spec {
        access: rules.access,
        mode: rules.mode,
        validity: rules
            .validity
            .map(|validity| validity.whole_seconds().unsigned_abs()),
        otp_lifetime: rules
            .validity
            .map_or(600, |validity| validity.whole_seconds().unsigned_abs()),
        max_tries: rules.max_tries,
        block: rules.block,
        block_max: rules.block_max.whole_seconds().unsigned_abs(),
        admin_authorization: rules.admin_authorization,
        owner,
        ..spec
    };
    let password_type_id = PasswordTypeId::parse("1").unwrap();
    PasswordType {
        password_type_id,
        spec,
    }
}

proptest! {
    #[test]
    fn an_action_succeeds_exactly_when_it_is_permitted(
        facts in any_facts(), rules in any_rules(), now in NOW - 9_000..NOW + 9_000,
    ) {
        let status = facts.status(at(now), &rules);
        for action in Action::ALL {
            let permitted = status.permits(action, &rules);
            prop_assert_eq!(facts.apply(action, at(now), &rules).is_ok(), permitted, "{:?}", action);
        }
    }

    /// The menu of Cyclos and the guard of each operation, for everybody who may stand before one.
    #[test]
    fn what_is_offered_is_what_is_accepted(
        facts in any_facts(), rules in any_rules(), owner in any_rights(), is_reachable in any::<bool>(),
    ) {
        let kind = kind(&rules, owner);
        let status = facts.status(at(NOW), &rules);
        for relation in Relation::ALL {
            let offered = relation.actions(&kind, status, is_reachable);
            let accepted = |action| {
                relation.may(action, &kind.spec).is_ok() && facts.apply(action, at(NOW), &rules).is_ok()
            };
            let menu = [
                (offered.change, accepted(Action::Change) || accepted(Action::ChangeForOwner)),
                (offered.change_generated, accepted(Action::ChangeGenerated)),
                (offered.generate, accepted(Action::Generate)),
                (offered.allow_generation, accepted(Action::AllowGeneration)),
                (offered.disable, accepted(Action::Disable)),
                (offered.enable, accepted(Action::Enable)),
                (offered.reset_generated, accepted(Action::ResetGenerated)),
                (offered.reset_and_send, accepted(Action::ResetAndSend) && is_reachable),
                (offered.unblock, accepted(Action::Unblock)),
            ];
            for (place, (offered, accepted)) in menu.into_iter().enumerate() {
                prop_assert_eq!(offered, accepted, "{:?} {}", relation, place);
            }
            // Whoever may force a change may change, and the other way round.
            prop_assert_eq!(accepted(Action::ChangeForOwner), accepted(Action::ChangeAndForce));
            prop_assert!(rules.mode != Mode::Otp || !(offered.change || offered.generate || offered.reset_and_send));
        }
    }

    #[test]
    fn time_alone_only_ends_blocks_and_freshness(
        facts in any_facts(), rules in any_rules(), now in NOW - 9_000..NOW, later in 0_i64..9_000,
    ) {
        let (before, after) = (facts.status(at(now), &rules), facts.status(at(now + later), &rules));
        let is_moved_by_time = matches!(before, Status::TemporarilyBlocked { .. })
            || (before, after) == (Status::Active, Status::Expired);
        prop_assert!(before == after || is_moved_by_time, "{:?} became {:?}", before, after);
    }

    #[test]
    fn disable_then_enable_is_the_identity_but_for_tries(
        facts in any_facts(), rules in any_rules(),
    ) {
        if let Ok(disabled) = facts.apply(Action::Disable, at(NOW), &rules) {
            prop_assert_eq!(disabled.status(at(NOW), &rules), Status::Disabled);
            let enabled = disabled.apply(Action::Enable, at(NOW), &rules).unwrap();
            prop_assert_eq!(enabled, Facts { failures: 0, block: Block::No, ..facts });
        }
    }

    #[test]
    fn a_fresh_value_has_no_tries_and_no_block(facts in any_facts(), rules in any_rules()) {
        for action in [Action::Change, Action::Recover, Action::ResetByMailbox, Action::Generate] {
            if let Ok(after) = facts.apply(action, at(NOW), &rules) {
                prop_assert_eq!((after.failures, after.block), (0, Block::No));
                prop_assert_eq!(after.set_at, Some(at(NOW)));
            }
        }
    }

    /// What an administrator disabled is enabled by no try, right or never evaluated, and at no moment.
    #[test]
    fn no_try_enables_what_was_disabled(facts in any_facts(), rules in any_rules(), is_before in any::<bool>()) {
        if is_before {
            let disabled = Facts { disabled_at: Some(at(NOW)), ..facts };
            let counted = disabled.failed(at(NOW), &rules);
            for after in [counted.cleared(&disabled, &counted), counted.released(&disabled, &counted)] {
                prop_assert_eq!(after.status(at(NOW), &rules), Status::Disabled);
            }
        } else if facts.disabled_at.is_none() {
            let counted = facts.failed(at(NOW), &rules);
            // Disabled while the try was evaluated: another moment than the count's.
            if let Ok(disabled) = counted.apply(Action::Disable, at(NOW + 1), &rules) {
                for after in [disabled.cleared(&facts, &counted), disabled.released(&facts, &counted)] {
                    prop_assert_eq!(after.status(at(NOW + 1), &rules), Status::Disabled);
                }
            }
        }
    }

    #[test]
    fn no_series_of_tries_gets_past_the_limit(rules in any_rules(), tries in 1_u32..40) {
        let [_, _, mut facts, ..] = columns();
        for _ in 0..tries {
            facts = facts.failed(at(NOW), &rules);
        }
        prop_assert!(facts.failures <= rules.max_tries);
        prop_assert_eq!(facts.failures == rules.max_tries, tries >= rules.max_tries);
    }
}

proptest! {
    /// A value that its owner disowned is gone for good: neither opening nor enabling brings it back, in
    /// whatever order, and it never signs in.
    #[test]
    fn a_disowned_value_is_revived_by_nothing(
        column in 0_usize..8,
        actions in proptest::collection::vec(
            prop::sample::select(&[Action::Unblock, Action::UnlockByMailbox, Action::Enable][..]), 0..6),
    ) {
        let rules = rules(Mode::Manual);
        let mut facts = columns()[column].disowned();
        for action in actions {
            facts = facts.apply(action, at(NOW), &rules).unwrap_or(facts);
        }
        let long_after = at(NOW + 1_000_000);
        for moment in [at(NOW), long_after] {
            prop_assert!(!facts.status(moment, &rules).has_value());
        }
        let open = Facts { disabled_at: None, block: Block::No, ..facts };
        prop_assert_eq!(open.status(at(NOW), &rules), Status::NeverCreated);
        // What sets the next one, sets it.
        let set = open.apply(Action::ResetByMailbox, at(NOW), &rules).unwrap();
        prop_assert_eq!(set.status(at(NOW), &rules), Status::Active);
    }
}
