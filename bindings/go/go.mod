module github.com/messente/libverigator/bindings/go

// The oldest in which a value that is dropped can be cleaned up after without a finalizer (runtime.AddCleanup).
go 1.24.0
