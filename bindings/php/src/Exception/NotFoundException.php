<?php

declare(strict_types=1);

namespace Verigator\Exception;

/** 404: no such service, user, enrolment or pending verification. */
class NotFoundException extends ServiceException
{
}
