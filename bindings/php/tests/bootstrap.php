<?php

/**
 * Loads the package as it was installed, which AUTOLOAD names, and what the tests share.
 */

declare(strict_types=1);

require (string) getenv('AUTOLOAD');
require 'Psr/Log/autoload.php';
// Debian's autoload of it forgets what its loop needs.
require_once 'Amp/Internal/functions.php';
require_once 'Amp/autoload.php';
foreach (['Program', 'Server', 'HeldService', 'AmpLoop', 'FastCgi', 'Fpm'] as $name) {
    require __DIR__ . "/Support/$name.php";
}
