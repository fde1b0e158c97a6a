<?php

/** A page under FPM, which makes calls and says what the worker holds. `how` is what else it does. */

declare(strict_types=1);

use Verigator\Client;
use Verigator\Exception\LibraryLoadException;
use Verigator\Exception\NotFoundException;
use Verigator\Options;

require __DIR__ . '/vendor/autoload.php';

try {
    $client = new Client('user', 'password', new Options(baseUrl: $_GET['url'], timeout: 60));
} catch (LibraryLoadException $error) {
    exit($error->getMessage());
}
$id = $client->getService('a')->id;
try {
    $client->getService('odd');
} catch (NotFoundException $expected) {
}
preg_match('/VmRSS:\s+(\d+)/', (string) file_get_contents('/proc/self/status'), $resident);
echo json_encode([
    'id' => $id,
    'process' => getmypid(),
    'user' => posix_getpwuid(posix_geteuid())['name'],
    'resident' => (int) $resident[1],
    'descriptors' => count((array) scandir('/proc/self/fd')),
    'threads' => count((array) glob('/proc/self/task/*')),
    'ffi' => mayUseFfi(),
]);
if (isset($_GET['fatal'])) {
    eval('function strlen() {}');
}

/** Whether this page, which is not preloaded, may use FFI itself. */
function mayUseFfi(): bool
{
    try {
        FFI::cdef('int abs(int);');

        return true;
    } catch (FFI\Exception) {
        return false;
    }
}
