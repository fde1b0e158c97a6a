//! The allocator of the shared library: memory is overwritten when it is freed.
//!
//! Our own buffers with secrets wipe themselves. Those of the HTTP client do not, and hold every
//! header and body that was sent; they lie in the host's heap until something else happens to take
//! their place.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

struct Wiping;

// SAFETY: all of it is the system's allocator, but that a block is overwritten before it goes back.
// `realloc` is left to the trait's own, which allocates, copies and frees.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Every call frees tens of kilobytes, so it is done by the block, not by the byte as zeroize
        // does it. The black box keeps the compiler from dropping writes to what is about to be freed.
        // SAFETY: the block has this layout, as the caller promises, and nobody uses it any more.
        unsafe {
            block.write_bytes(0, layout.size());
            System.dealloc(black_box(block), layout);
        }
    }
}
