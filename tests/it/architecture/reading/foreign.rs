//! Names of methods that the standard library, or a crate that is used here, has too. Whose such a method is
//! cannot be told by its name.

const COMMON: &str = "
    abs accept acquire add add_assign all and and_then any append arg args as_bytes as_deref
    as_deref_mut as_mut as_mut_slice as_ptr as_ref as_slice as_str begin bind block_on body borrow
    borrow_mut build by_ref bytes call cancel capacity ceil chain changed char_indices chars checked_add
    checked_div checked_mul checked_sub chunk chunks clamp clear clone clone_from cloned close cmp
    collect commit compare_exchange concat contains contains_key copied copy_from_slice count cycle days
    dec decode decrement dedup default deref deref_mut deserialize div drain drop duration_since elapsed
    encode end ends_with enter entered entry enumerate env eq err errors exec execute exists expect
    extend fetch fetch_add fetch_all fetch_one fetch_optional fetch_sub fill filter filter_map find
    find_map finish first flat_map flatten flush fmt fold for_each format from fuse ge get get_mut
    get_or_init get_or_insert_with gt hash hours inc increment init insert insert_str inspect
    inspect_err instrument into into_boxed_slice into_bytes into_inner into_iter into_keys into_parts
    into_string into_values is_absolute is_alphanumeric is_char_boundary is_closed is_dir is_disjoint
    is_empty is_err is_err_and is_file is_finished is_none is_none_or is_ok is_ok_and is_some
    is_some_and iter iter_mut join join_next keys kind last le leak len line lines load lock log lower
    lowercase lt map map_err map_or map_or_else matches max max_by max_by_key metadata method min min_by
    min_by_key mul name ne neg new next next_back notified notify_one notify_waiters now nth ok ok_or
    ok_or_else open or or_default or_else or_insert or_insert_with output parse parse_args partial_cmp
    partition path peek peekable poll poll_next poll_ready pop pop_back pop_front port position prepare
    product push push_back push_front push_str query read read_exact read_line read_to_end
    read_to_string record recv rem remove repeat replace replace_range reserve reset resize result
    retain rev reverse rfind rollback rotate_left rotate_right round route rposition rsplit rsplit_once
    rsplitn run saturating_add saturating_mul saturating_sub scan seconds seek send serialize set sign
    signum skip skip_while sort sort_by sort_by_key sort_unstable sort_unstable_by sort_unstable_by_key
    source spawn splice split split_at split_first split_last split_off split_once split_whitespace
    splitn start starts_with state status step_by stop store strip_prefix strip_suffix sub subscribe sum
    swap take take_while tick time timeout to_ascii_lowercase to_ascii_uppercase to_bytes to_lowercase
    to_owned to_str to_string to_string_lossy to_uppercase to_vec total_cmp transpose trim trim_end
    trim_end_matches trim_matches trim_start trim_start_matches truncate try_acquire try_from try_into
    try_lock try_recv try_send unwrap unwrap_err unwrap_or unwrap_or_default unwrap_or_else unzip update
    upper uppercase url values values_mut verify wait wait_for wake windows with with_capacity
    with_extension wrapping_add wrapping_sub write write_all write_str xor year zip
";

/// Whether others may have a method of that name.
pub fn is_common(name: &str) -> bool {
    COMMON.split_whitespace().any(|common| common == name)
}
