<?php

/**
 * Forks amid calls: `php forking.php AUTOLOAD URL`.
 *
 * The child makes calls with what it inherited and with a client of its own, lets go of all, and ends; the
 * call of the parent's goes on meanwhile, and comes to its end. It prints what both got.
 */

declare(strict_types=1);

use Verigator\AsyncClient;
use Verigator\Client;
use Verigator\Exception\CallCancelledException;
use Verigator\Loop\SelectLoop;
use Verigator\Options;

[, $autoload, $url] = $argv;
require $autoload;

$options = new Options(baseUrl: $url, timeout: 60);
$loop = new SelectLoop();
$async = new AsyncClient('user', 'password', $options, $loop);
$blocking = new Client('user', 'password', $options);
$blocking->getService('before');

function child(Client $blocking, AsyncClient $async, Options $options): never
{
    echo 'child: ', $blocking->getService('inherited')->id, "\n";
    // On the loop that it inherited, on which the parent's call waits as well: here that ends.
    while (!defined('CANCELLED')) {
        $async->getService('queue');
    }
    echo 'child: ', CANCELLED, "\n";
    $loop = new SelectLoop();
    $own = new AsyncClient('user', 'password', $options, $loop);
    // A process forked for it has no fiber of a loop that runs already.
    $grandchild = pcntl_fork();
    if ($grandchild === 0) {
        exit(4);
    }
    pcntl_waitpid($grandchild, $status);
    echo 'child: ', (new Client('user', 'password', $options))->getService('own')->id, "\n";
    exit(pcntl_wexitstatus($status) === 4 ? 3 : 1);
}

$answers = $loop->run([
    static function () use ($async): string {
        try {
            return $async->getService('held')->id;
        } catch (CallCancelledException $failure) {
            define('CANCELLED', $failure->status);

            return '';
        }
    },
    static function () use ($async, $blocking, $options): string {
        $child = pcntl_fork();
        if ($child === 0) {
            child($blocking, $async, $options);
        }
        pcntl_waitpid($child, $status);
        echo 'child ended: ', pcntl_wexitstatus($status), ' ', pcntl_wifexited($status) ? 'well' : 'badly', "\n";
        $blocking->getService('after');
        // The test answers the parent's call when it reads this.
        echo "parent waits\n";

        return 'forked';
    },
]);
echo implode(' ', $answers), "\n";
