<?php

declare(strict_types=1);

namespace Verigator\Internal;

use Throwable;
use Verigator\Exception\VerigatorException;

/**
 * A call of the library: an operation with its outcome. It is cancelled and freed when it is
 * collected.
 *
 * @internal
 *
 * @template T
 */
final class Call extends Handle
{
    /** @var Answer<T> */
    private readonly Answer $answer;

    /** @param Operation<T> $operation what to ask for, which may hold a token */
    public function __construct(
        #[\SensitiveParameter] Operation $operation,
        Handle $context,
    ) {
        parent::__construct('verigator_call', $operation->call($context));
        $this->answer = $operation->answer;
    }

    /**
     * Makes it on this thread, and returns when it has ended.
     *
     * Between its steps the handlers of signals run. What one of them throws ends the call.
     */
    public function run(): void
    {
        $library = Library::get();
        try {
            while ($library->verigator_call_step($this->number) === $library->VERIGATOR_PENDING) {
                // It waits for at most 100 ms at a time.
            }
        } catch (Throwable $interruption) {
            $this->cancel();
            while ($library->verigator_call_step($this->number) === $library->VERIGATOR_PENDING) {
                // Its end comes at once.
            }
            $this->interrupted($interruption);
        } finally {
            // What the service said may be a secret, and the call has it.
            $library->verigator_clear_error();
        }
    }

    /** Has it end soon, unless it has ended. */
    public function cancel(): void
    {
        Library::get()->verigator_call_cancel($this->number);
    }

    /**
     * What it was answered with, once it has ended.
     *
     * @return T
     *
     * @throws VerigatorException why it failed
     */
    public function outcome(): mixed
    {
        return ($this->answer->of)($this->number);
    }

    /** Throws what ended it, whose `getPrevious()` says what became of it. */
    public function interrupted(Throwable $interruption): never
    {
        $status = $this->status();
        try {
            throw $status === 0 ? Failures::cancelledTooLate() : Failures::ofCall($this->number, $status);
        } finally {
            // PHP has it follow what it takes the place of.
            throw $interruption;
        }
    }

    private function status(): int
    {
        return Library::get()->verigator_call_status($this->number);
    }
}
