<?php

/**
 * A second factor for a web application, as middleware of Laravel: whoever has logged in with a password
 * gets no further before a code.
 *
 *     Route::middleware(['auth', RequireSecondFactor::class])->group(...);
 *     Route::post('/second-factor', [RequireSecondFactor::class, 'answer'])->middleware('auth');
 *
 * The client is bound in a service provider, and the view `second-factor` is a form that posts `code`:
 *
 *     $this->app->singleton(Client::class, fn () => Client::fromEnv());
 */

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Verigator\Challenge;
use Verigator\Client;
use Verigator\Exception\VerigatorException;

final class RequireSecondFactor
{
    /** @param string $serviceId of the application, from its configuration */
    public function __construct(
        private readonly Client $client,
        private readonly string $serviceId,
    ) {
    }

    /** Lets a request pass if this session has shown its second factor, and else asks for it. */
    public function handle(Request $request, Closure $next): mixed
    {
        if ($request->session()->get('second_factor') === $this->userId($request)) {
            return $next($request);
        }
        if (!$request->session()->has('challenge')) {
            try {
                $challenge = $this->client->initiate($this->serviceId, $this->userId($request));
            } catch (VerigatorException $failure) {
                return $this->unavailable($failure);
            }
            $request->session()->put('challenge', [$challenge->method->value, $challenge->authId]);
        }

        return new Response('Please type the code that you were sent.', 401);
    }

    /** Checks the code that was typed. */
    public function answer(Request $request): Response|RedirectResponse
    {
        $challenge = $request->session()->get('challenge');
        if ($challenge === null) {
            return new RedirectResponse('/');
        }
        try {
            $code = (string) $request->input('code');
            $challenge = new Challenge(...$challenge);
            $verified = $this->client->verify($this->serviceId, $this->userId($request), $code, $challenge);
        } catch (VerigatorException $failure) {
            // A failure is a no.
            return $this->unavailable($failure);
        }
        if (!$verified) {
            return new Response('That is not it.', 401);
        }
        // Another id, so that who knew that of before is not let in as well.
        $request->session()->migrate(true);
        $request->session()->forget('challenge');
        $request->session()->put('second_factor', $this->userId($request));

        return new RedirectResponse('/');
    }

    /** The id that `createUser` returned when this user was registered, which the application keeps. */
    private function userId(Request $request): string
    {
        return $request->user()->verigator_id;
    }

    private function unavailable(VerigatorException $failure): Response
    {
        report($failure);

        return new Response('We cannot log you in now. Please try again later.', 503);
    }
}
