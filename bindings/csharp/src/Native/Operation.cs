namespace Verigator
{
    // Makes a native call, which nothing is sent by yet; returns its status.
    internal delegate int Make(CtxHandle context, out CallHandle call);

    // Takes the answer of a native call that succeeded.
    internal delegate T Take<T>(CallHandle call);

    // One operation of the service: how a call of it is made, and how its answer is read.
    internal sealed class Operation<T>
    {
        private readonly Make make;
        private readonly Take<T> take;

        internal Operation(Make make, Take<T> take)
        {
            this.make = make;
            this.take = take;
        }

        internal CallHandle Call(CtxHandle context)
        {
            int status = make(context, out CallHandle call);
            Failure.Check(status);
            return call;
        }

        // What a call that has ended came to, or throws why it failed.
        internal T Outcome(CallHandle call)
        {
            int status = Raw.verigator_call_status(call);
            if (status != Raw.VERIGATOR_OK)
            {
                throw Failure.OfCall(call, status);
            }
            return take(call);
        }
    }
}
