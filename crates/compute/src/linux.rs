//! The system calls: how far a thread stands back, and on which pages its memory lies. Whatever is
//! `unsafe` is here, each with the reason why it is sound.

use std::io;
use std::time::Duration;

/// Lets other threads go before the calling one: by its niceness, and by the slice of time that it
/// asks for. The kernel takes slices of 0.1 to 100 milliseconds, and the nearest for any other.
///
/// Who asks for a long slice is interrupted when somebody with a shorter one is woken who had less than
/// their share, and gets a share as large as before in the end. Without, a thread that was just woken may
/// wait for the next tick of the clock, several milliseconds. Linux 6.12 and newer know slices. Older ones see
/// to the niceness alone, and so do sandboxes that refuse the call. A thread that stands further back
/// already, since whoever started the program wished so, stays there.
pub fn stand_back(nice: i32, slice: Duration) -> io::Result<()> {
    // SAFETY: nothing but numbers is handed over. On Linux this is about the calling thread. A failure is
    // told as -1, which is no further back than what is asked for.
    let nice = nice.max(unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) });
    let size = size_of::<libc::sched_attr>();
    let attributes = libc::sched_attr {
        size: u32::try_from(size).map_err(io::Error::other)?,
        sched_policy: 0,
        // Whoever started the program may have chosen a policy.
        sched_flags: u64::try_from(libc::SCHED_FLAG_KEEP_POLICY).map_err(io::Error::other)?,
        sched_nice: nice,
        sched_priority: 0,
        sched_runtime: u64::try_from(slice.as_nanos()).map_err(io::Error::other)?,
        sched_deadline: 0,
        sched_period: 0,
    };
    // 0: the calling thread. No flags.
    let (thread, flags) = (0_i32, 0_u32);
    // SAFETY: the kernel reads `size` bytes of the structure, which lives until the call returns, and
    // keeps no address.
    let status = unsafe {
        libc::syscall(
            libc::SYS_sched_setattr,
            thread,
            &raw const attributes,
            flags,
        )
    };
    if status == 0 {
        return Ok(());
    }
    let refused = io::Error::last_os_error();
    // SAFETY: nothing but numbers is handed over. On Linux this, too, is about the calling thread.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, nice) };
    Err(refused)
}

/// Asks for huge pages below the whole capacity of `memory`, used or not. Best done before it is
/// first used: what lies in small pages already is moved some time later, if at all.
///
/// Where memory is in pieces, the first use may wait until there is a whole one.
///
/// Memory that is read and written all over, as argon2 does, is found sooner by way of few large pages
/// than of many small ones. The allocator may keep what is given back, advice and all.
pub fn prefer_huge_pages<T>(memory: &mut Vec<T>) -> io::Result<()> {
    // SAFETY: nothing but a number is asked for.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    let page = usize::try_from(page).map_err(io::Error::other)?;
    let begins = memory.as_mut_ptr().cast::<u8>();
    let skipped = begins.align_offset(page);
    let length = memory.capacity() * size_of::<T>();
    // Whole pages only: their neighbours are somebody else's.
    let Some(whole) = length.checked_sub(skipped).map(|rest| rest / page * page) else {
        return Ok(());
    };
    if whole == 0 {
        return Ok(());
    }
    let first = begins.wrapping_add(skipped).cast();
    // SAFETY: the range is whole pages of an allocation that is ours alone for as long as `memory` is
    // borrowed, and this advice changes nothing that can be read from it.
    let status = unsafe { libc::madvise(first, whole, libc::MADV_HUGEPAGE) };
    if status == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A line of a file of numbers, where the kernel tells that.
    fn number(path: &str, name: &str) -> Option<u64> {
        let text = fs::read_to_string(path).ok()?;
        let line = text
            .lines()
            .find(|line| line.trim_start().starts_with(name))?;
        let mut words = line.split([':', ' ']).filter(|word| !word.is_empty());
        words.nth(1)?.parse().ok()
    }

    #[test]
    fn one_thread_stands_back_and_no_other_does() {
        // Where a kernel does not tell slices, it tells priorities: 120 is that of niceness 0.
        let seen = || {
            let sched = "/proc/thread-self/sched";
            (number(sched, "prio"), number(sched, "se.slice"))
        };
        let before = seen();
        let (done, (prio, slice)) = std::thread::spawn(move || {
            let done = stand_back(19, Duration::from_millis(100));
            (done, seen())
        })
        .join()
        .unwrap();
        assert_eq!(seen(), before);
        assert_eq!(prio, before.0.map(|_| 139), "{done:?}");
        // Whoever knows of slices may refuse them.
        if done.is_ok() {
            assert_eq!(slice, before.1.map(|_| 100_000_000));
        }
    }

    #[test]
    fn whoever_stands_further_back_stays_there() {
        let sched = "/proc/thread-self/sched";
        let stand = || {
            let done = [15, 10].map(|nice| stand_back(nice, Duration::from_millis(100)));
            (done, number(sched, "prio"), number(sched, "se.slice"))
        };
        let (done, prio, slice) = std::thread::spawn(stand).join().unwrap();
        assert_eq!(prio, number(sched, "prio").map(|_| 135), "{done:?}");
        // Going back to 10 would be refused to whoever may not, and the slice with it.
        let [first, second] = done;
        assert_eq!(first.is_ok(), second.is_ok(), "{second:?}");
        if second.is_ok() {
            assert_eq!(slice, number(sched, "se.slice").map(|_| 100_000_000));
        }
    }

    #[test]
    fn a_slice_that_is_no_number_is_refused() {
        stand_back(0, Duration::MAX).unwrap_err();
    }

    #[test]
    fn memory_of_any_size_is_advised_and_stays_as_it_is() {
        for length in [0, 1, 4095, 4096, 10_000, 19 << 20] {
            let mut memory: Vec<u8> = Vec::with_capacity(length);
            memory.extend((0..length).map(|place| u8::try_from(place % 251).unwrap()));
            // Kernels without huge pages do not know the advice.
            if let Err(error) = prefer_huge_pages(&mut memory) {
                assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{error}");
            }
            assert!(
                memory
                    .iter()
                    .zip(0..)
                    .all(|(byte, place)| u64::from(*byte) == place % 251)
            );
        }
    }

    #[test]
    fn memory_is_marked_for_huge_pages_where_there_are_any() {
        let mut memory: Vec<u8> = Vec::with_capacity(64 << 20);
        if prefer_huge_pages(&mut memory).is_err() {
            return;
        }
        let Ok(text) = fs::read_to_string("/proc/self/smaps") else {
            return;
        };
        let within = memory.as_ptr().addr() + (32 << 20);
        let begins = |line: &&str| {
            let range = line
                .split_whitespace()
                .next()
                .and_then(|range| range.split_once('-'));
            let number = |text| usize::from_str_radix(text, 16).ok();
            range
                .and_then(|(first, last)| Some(number(first)?..number(last)?))
                .is_some_and(|range| range.contains(&within))
        };
        let mut lines = text.lines();
        assert!(lines.find(begins).is_some(), "{within:x} is nowhere");
        let flags = lines.find_map(|line| line.strip_prefix("VmFlags:"));
        // Sandboxes do not tell.
        if let Some(flags) = flags {
            assert!(flags.split_whitespace().any(|flag| flag == "hg"), "{flags}");
        }
    }
}
