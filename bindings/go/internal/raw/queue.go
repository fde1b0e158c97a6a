package raw

// #include "shim.h"
import "C"

import "unsafe"

// CtxNew makes a context, for CtxFree.
func CtxNew(config Handle) (Handle, *Failure) {
	return made(C.ctx_new(C.uintptr_t(config)))
}

// CtxClose ends the calls of a context and refuses later ones.
func CtxClose(ctx Handle) *Failure {
	return failure(C.ctx_close(C.uintptr_t(ctx)))
}

// CtxCloseIdle closes the connections that no call uses.
func CtxCloseIdle(ctx Handle) *Failure {
	return failure(C.ctx_close_idle(C.uintptr_t(ctx)))
}

// CtxFree frees a context.
func CtxFree(ctx Handle) {
	C.ctx_free(C.uintptr_t(ctx))
}

// QueueNew makes a queue for calls of a context, for QueueFree.
func QueueNew(ctx Handle) (Handle, *Failure) {
	return made(C.queue_new(C.uintptr_t(ctx)))
}

// QueueClose ends the queue's calls and its thread, and refuses later calls.
func QueueClose(queue Handle) *Failure {
	return failure(C.queue_close(C.uintptr_t(queue)))
}

// QueueFree frees a queue.
func QueueFree(queue Handle) {
	C.queue_free(C.uintptr_t(queue))
}

// Ended is a call that has ended. Its layout is that of C.
type Ended struct {
	Call   Handle
	Tag    uint64
	Status int32
}

// Both must be of one layout, since C writes what Go reads.
var _ = [1]struct{}{}[unsafe.Sizeof(Ended{})-unsafe.Sizeof(C.ended_call{})]

// QueueNext waits for a call that has ended, and takes it with those that have ended as well. It returns
// how many it wrote, or 0 and the queue's status: EMPTY when none is under way, CLOSED when none will be.
func QueueNext(queue Handle, ended []Ended) (count int, status int32) {
	var code C.int32_t
	first := (*C.ended_call)(unsafe.Pointer(unsafe.SliceData(ended)))
	count = int(C.queue_next(C.uintptr_t(queue), first, C.int(len(ended)), &code))
	return count, int32(code)
}
