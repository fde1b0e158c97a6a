<?php

declare(strict_types=1);

namespace Verigator\Exception;

/**
 * The proxy failed or refused.
 *
 * It could not be reached, wants other credentials, or did not open the way to the service.
 * Nothing was sent to the service.
 */
class ProxyException extends NetworkException
{
}
