using System;

namespace Verigator
{
    // Everything known about one failure, as the native library tells it.
    internal sealed class Failure
    {
        internal int Status;
        internal ErrorKind Kind;
        internal string Message;
        internal int? HttpStatus;
        internal string ServiceMessage;
        internal byte[] Body;
        internal string RequestId;
        internal TimeSpan? RetryAfter;
        internal bool MaybeSent = true;
        internal bool RetrySafe;

        // Throws what a function came to, unless that is success. The failure is the calling thread's last
        // one, so this must follow at once. A call has its own, which is OfCall.
        internal static void Check(int status)
        {
            if (status == Raw.VERIGATOR_OK)
            {
                return;
            }
            Failure failure;
            using (ErrorHandle error = Raw.verigator_last_error())
            {
                failure = Read(error, status);
            }
            // The exception has it now, and what the service said may be a secret.
            Raw.verigator_clear_error();
            throw VerigatorException.Of(failure);
        }

        // Why a call failed that has ended with this status.
        internal static VerigatorException OfCall(CallHandle call, int status)
        {
            using (ErrorHandle error = Raw.verigator_call_error(call))
            {
                return VerigatorException.Of(Read(error, status));
            }
        }

        // An argument that this side refuses, since C could not be told of it.
        internal static VerigatorException OfArgument(string message)
        {
            return Refused(Raw.VERIGATOR_INVALID_ARGUMENT, message);
        }

        // An option that this side refuses, since C could not be told of it.
        internal static VerigatorException OfOption(string message)
        {
            return Refused(Raw.VERIGATOR_INVALID_CONFIG, message);
        }

        private static VerigatorException Refused(int status, string message)
        {
            return VerigatorException.Of(new Failure {
                Status = status,
                Kind = ErrorKind.Usage,
                Message = message,
                MaybeSent = false,
                RetrySafe = true,
            });
        }

        // What a call came to whose answer is there, but cannot be read.
        internal static VerigatorException OfMemory(string message)
        {
            return VerigatorException.Of(new Failure {
                Status = Raw.VERIGATOR_SYSTEM,
                Kind = ErrorKind.Internal,
                Message = message,
            });
        }

        private static Failure Read(ErrorHandle error, int status)
        {
            if (error.IsInvalid)
            {
                // There was no room for another handle, so the details are lost.
                string name = Text.Out(Raw.verigator_status_name(status));
                string message = "the call failed: " + name + " (" + status + ")";
                return new Failure { Status = status, Kind = ErrorKind.Internal, Message = message };
            }
            int httpStatus = Raw.verigator_error_http_status(error);
            long retryAfter = Raw.verigator_error_retry_after_ms(error);
            IntPtr body = Raw.verigator_error_body(error, out UIntPtr length);
            return new Failure {
                Status = status,
                Kind = (ErrorKind)Raw.verigator_error_kind(error),
                Message = Text.Out(Raw.verigator_error_message(error)),
                HttpStatus = httpStatus == 0 ? (int?)null : httpStatus,
                ServiceMessage = Text.Out(Raw.verigator_error_service_message(error)),
                Body = Text.Bytes(body, (int)length),
                RequestId = Text.Out(Raw.verigator_error_request_id(error)),
                RetryAfter = retryAfter < 0 ? (TimeSpan?)null : Milliseconds(retryAfter),
                MaybeSent = Raw.verigator_error_maybe_sent(error) == 1,
                RetrySafe = Raw.verigator_error_retry_safe(error) == 1,
            };
        }

        // What no TimeSpan holds, some 29,000 years, is the longest one.
        private static TimeSpan Milliseconds(long count)
        {
            bool fits = count <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond;
            return fits ? new TimeSpan(count * TimeSpan.TicksPerMillisecond) : TimeSpan.MaxValue;
        }
    }
}
