//! What a peer says on a lane for letters, as bytes and as packets that are well formed: to who takes letters, and to who sends them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mob_net::protocol::post::forged;

fuzz_target!(|data: &[u8]| {
    let Some((side, steps)) = data.split_first() else { return };
    if side & 1 == 0 { forged::letters(steps) } else { forged::replies(steps) }
});
