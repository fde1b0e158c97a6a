<?php

declare(strict_types=1);

namespace Verigator\Internal;

use FFI;
use FFI\CData;
use Verigator\ErrorKind;
use Verigator\Exception as E;

/**
 * Turns the library's failures into exceptions.
 *
 * @internal
 */
final class Failures
{
    /** verigator_error_body, of a type by which FFI makes no string of what it returns. */
    private static ?CData $readBody = null;

    /**
     * Throws what a function of the library came to, unless that is success.
     *
     * The failure is the thread's last one, so this must follow at once. A call has its own.
     *
     * @throws E\VerigatorException it failed
     */
    public static function check(int $status): void
    {
        if ($status !== 0) {
            throw self::last($status);
        }
    }

    /** Why a call failed that has ended with this status. */
    public static function ofCall(int $call, int $status): E\VerigatorException
    {
        return self::read(Library::get()->verigator_call_error($call), $status);
    }

    /** A failure of an argument, found before the library had anything to do with it. */
    public static function argument(string $message): E\InvalidArgumentException
    {
        $status = Library::get()->VERIGATOR_INVALID_ARGUMENT;

        return new E\InvalidArgumentException($message, $status, ErrorKind::Usage, maybeSent: false, retrySafe: true);
    }

    /** The same of an option. */
    public static function config(string $message): E\InvalidConfigException
    {
        $status = Library::get()->VERIGATOR_INVALID_CONFIG;

        return new E\InvalidConfigException($message, $status, ErrorKind::Usage, maybeSent: false, retrySafe: true);
    }

    /** A call that was cancelled when the service had answered already. */
    public static function cancelledTooLate(): E\CallCancelledException
    {
        $why = 'the call was cancelled when the service had answered already; what it asked for is done';

        return new E\CallCancelledException($why, Library::get()->VERIGATOR_CANCELLED, ErrorKind::Cancelled);
    }

    private static function last(int $status): E\VerigatorException
    {
        $library = Library::get();
        try {
            return self::read($library->verigator_last_error(), $status);
        } finally {
            // The exception has it now, and what the service said may be a secret.
            $library->verigator_clear_error();
        }
    }

    private static function read(int $error, int $status): E\VerigatorException
    {
        $library = Library::get();
        // A signal's handler may have made a call in between, so that the details are lost.
        if ($error === 0 || $library->verigator_error_status($error) !== $status) {
            $name = $library->verigator_status_name($status);

            return new (self::type($status, ErrorKind::Internal))(
                "the call failed: $name ($status)",
                $status,
                ErrorKind::Internal,
            );
        }
        $handle = new Handle('verigator_error', $error);
        $kind = self::kind($library->verigator_error_kind($error));
        $retryAfter = $library->verigator_error_retry_after_ms($error);

        return new (self::type($status, $kind))(
            $library->verigator_error_message($error) ?? '',
            $status,
            $kind,
            httpStatus: $library->verigator_error_http_status($error) ?: null,
            serviceMessage: $library->verigator_error_service_message($error),
            body: self::body($error),
            requestId: $library->verigator_error_request_id($error),
            retryAfter: $retryAfter < 0 ? null : $retryAfter / 1000,
            maybeSent: $library->verigator_error_maybe_sent($error) === 1,
            retrySafe: $library->verigator_error_retry_safe($error) === 1,
        );
    }

    /** The bytes of the body, which FFI would end at the first NUL if it were to make a string of them. */
    private static function body(int $error): ?string
    {
        $library = Library::get();
        // Once, since FFI keeps something of each type of a function that it calls.
        self::$readBody ??= FFI::cast(
            $library->type('const uint8_t *(*)(uint64_t, size_t *)'),
            $library->verigator_error_body,
        );
        $length = $library->new('size_t');
        $body = (self::$readBody)($error, FFI::addr($length));

        return $body === null ? null : FFI::string($body, $length->cdata);
    }

    private static function kind(int $kind): ErrorKind
    {
        $library = Library::get();

        return match ($kind) {
            $library->VERIGATOR_KIND_USAGE => ErrorKind::Usage,
            $library->VERIGATOR_KIND_NETWORK => ErrorKind::Network,
            $library->VERIGATOR_KIND_TIMEOUT => ErrorKind::Timeout,
            $library->VERIGATOR_KIND_CANCELLED => ErrorKind::Cancelled,
            $library->VERIGATOR_KIND_PROTOCOL => ErrorKind::Protocol,
            $library->VERIGATOR_KIND_SERVICE => ErrorKind::Service,
            default => ErrorKind::Internal,
        };
    }

    /** @return class-string<E\VerigatorException> */
    private static function type(int $status, ErrorKind $kind): string
    {
        $library = Library::get();

        return match ($status) {
            $library->VERIGATOR_INVALID_ARGUMENT => E\InvalidArgumentException::class,
            $library->VERIGATOR_INVALID_CONFIG => E\InvalidConfigException::class,
            $library->VERIGATOR_CLOSED => E\ClosedException::class,
            $library->VERIGATOR_DNS => E\NameLookupException::class,
            $library->VERIGATOR_CONNECT => E\ConnectException::class,
            $library->VERIGATOR_TLS => E\TlsException::class,
            $library->VERIGATOR_DISCONNECTED => E\DisconnectedException::class,
            $library->VERIGATOR_PROXY => E\ProxyException::class,
            $library->VERIGATOR_TOO_LARGE => E\ResponseTooLargeException::class,
            $library->VERIGATOR_BAD_REQUEST => E\InvalidDataException::class,
            $library->VERIGATOR_UNAUTHORIZED => E\UnauthorizedException::class,
            $library->VERIGATOR_FORBIDDEN => E\ForbiddenException::class,
            $library->VERIGATOR_NOT_FOUND => E\NotFoundException::class,
            $library->VERIGATOR_CONFLICT => E\ConflictException::class,
            $library->VERIGATOR_INVALID_DATA => E\InvalidDataException::class,
            $library->VERIGATOR_TOO_MANY_REQUESTS => E\TooManyRequestsException::class,
            $library->VERIGATOR_NOT_SUPPORTED => E\NotSupportedException::class,
            default => intdiv($status, 100) === 5 ? E\ServerException::class : self::typeOf($kind, $status),
        };
    }

    /** @return class-string<E\VerigatorException> that of a status which has none of its own */
    private static function typeOf(ErrorKind $kind, int $status): string
    {
        return match ($kind) {
            ErrorKind::Usage => E\UsageException::class,
            ErrorKind::Network => E\NetworkException::class,
            ErrorKind::Timeout => E\DeadlineExceededException::class,
            ErrorKind::Cancelled => E\CallCancelledException::class,
            ErrorKind::Protocol => E\ProtocolException::class,
            ErrorKind::Service => E\ServiceException::class,
            ErrorKind::Internal => $status > 0 ? E\ServiceException::class : E\InternalException::class,
        };
    }
}
