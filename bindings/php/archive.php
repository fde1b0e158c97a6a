<?php

/** Packs a folder, as `php archive.php PACKAGE FOLDER`, into FOLDER/libverigator-VERSION.zip. */

declare(strict_types=1);

[, $package, $folder] = $argv;
$version = json_decode((string) file_get_contents("$package/composer.json"))->version;
$archive = "$folder/libverigator-$version.zip";
@unlink($archive);

$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($package, FilesystemIterator::SKIP_DOTS));
$paths = array_map(static fn (SplFileInfo $file): string => $file->getPathname(), iterator_to_array($files, false));
sort($paths);

$zip = new ZipArchive();
if ($zip->open($archive, ZipArchive::CREATE) !== true) {
    fwrite(STDERR, "archive.php: cannot make $archive\n");
    exit(1);
}
foreach ($paths as $path) {
    $name = substr($path, strlen($package) + 1);
    $zip->addFile($path, $name);
    // Of the same files the same bytes, whenever they are packed.
    $zip->setMtimeName($name, (int) mktime(0, 0, 0, 1, 1, 1980));
    $mode = is_executable($path) ? 0755 : 0644;
    $zip->setExternalAttributesName($name, ZipArchive::OPSYS_UNIX, (0100000 | $mode) << 16);
}
$zip->close();
echo "$archive\n";
