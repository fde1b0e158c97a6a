//! The allocator of a library for C: memory is overwritten when it is freed.
//!
//! The library's own buffers with secrets wipe themselves. Those of the HTTP client do not, and hold every
//! header and body that was sent, until something else happens to take their place.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Wiping<System> = Wiping(System);

struct Wiping<A>(A);

// SAFETY: all of it is the allocator within, but that a block is overwritten before it goes back.
// `realloc` is left to the trait's own, which allocates, copies and frees.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Every call frees tens of kilobytes, so it is done by the block, not by the byte as zeroize
        // does it. The black box keeps the compiler from dropping writes to what is about to be freed.
        // SAFETY: the block has this layout, as the caller promises, and nobody uses it any more.
        unsafe {
            block.write_bytes(0, layout.size());
            self.0.dealloc(black_box(block), layout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::slice;

    /// Looks at the blocks that come back to it.
    #[derive(Default)]
    struct Looking {
        wiped: Cell<usize>,
        unwiped: Cell<usize>,
    }

    // SAFETY: all of it is the system's allocator.
    unsafe impl GlobalAlloc for Looking {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as the caller promises.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block has this layout, and was filled by the test or overwritten since.
            let bytes = unsafe { slice::from_raw_parts(block, layout.size()) };
            let count = match bytes.iter().all(|byte| *byte == 0) {
                true => &self.wiped,
                false => &self.unwiped,
            };
            count.set(count.get() + 1);
            // SAFETY: as the caller promises.
            unsafe { System.dealloc(block, layout) };
        }

        /// The system's own would move what is in a block and tell nobody.
        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            self.unwiped.set(self.unwiped.get() + 1);
            // SAFETY: as the caller promises.
            unsafe { System.realloc(block, layout, size) }
        }
    }

    #[test]
    fn a_block_is_wiped_when_it_is_freed_and_when_it_grows_or_shrinks() {
        let allocator = Wiping(Looking::default());
        let layout = |size| Layout::array::<u8>(size).unwrap();
        // SAFETY: of the layouts that are named again; each block is filled to its end.
        unsafe {
            let block = allocator.alloc(layout(16));
            block.write_bytes(7, 16);
            let larger = allocator.realloc(block, layout(16), 4096);
            larger.write_bytes(7, 4096);
            let smaller = allocator.realloc(larger, layout(4096), 8);
            assert_eq!(slice::from_raw_parts(smaller, 8), [7; 8]);
            allocator.dealloc(smaller, layout(8));
        }
        let Looking { wiped, unwiped } = allocator.0;
        assert_eq!((wiped.get(), unwiped.get()), (3, 0));
    }
}
