// The calls of the C library that change files, each passed on to the kernel: as they are when they are not about a
// watched folder, else through the shim. What is written into mapped memory is not seen: SQLite's -shm only, which
// holds no durable truth.
#include "shim/shim.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

using namespace jobwatch::crash;

namespace
{

// Nothing of ours may be called from a signal handler with the lock held: those write to pipes and sockets, which
// have no place in the table and never come to the lock.
bool is_regular(int file)
{
    struct stat about = {};
    return fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}

long open_at(int folder, const char* path, int flags, int mode)
{
    const auto make = [&] { return syscall(SYS_openat, folder, path, flags, mode); };
    auto& inside = shim::instance();
    place where;
    const bool changes = (flags & (O_WRONLY | O_RDWR)) != 0;
    if (!inside.active() || !changes || !inside.find(path, where))
        return make();
    const std::lock_guard lock(inside.mutex);
    return inside.open(where, (flags & O_TRUNC) != 0, make, (flags & O_CREAT) != 0);
}

template <class Make>
ssize_t write_at(int file, std::string_view bytes, std::int64_t offset, const Make& make)
{
    auto& inside = shim::instance();
    if (!inside.active() || bytes.empty() || !is_regular(file))
        return make(bytes.size());
    const std::lock_guard lock(inside.mutex);
    record_head head;
    if (!inside.find(file, head))
        return make(bytes.size());
    struct stat about = {};
    fstat(file, &about);
    if ((fcntl(file, F_GETFL) & O_APPEND) != 0)
        offset = about.st_size;
    else if (offset < 0)
        offset = syscall(SYS_lseek, file, 0, SEEK_CUR);
    head.offset = offset;
    return inside.write(head, bytes, make);
}

template <class Make>
int sync_file(int file, const Make& make)
{
    auto& inside = shim::instance();
    record_head head;
    if (!inside.active())
        return static_cast<int>(make());
    const std::lock_guard lock(inside.mutex);
    if (!inside.find(file, head))
        return static_cast<int>(make());
    return static_cast<int>(inside.sync(head, make));
}

template <class Make>
int truncate_file(int file, off_t size, const Make& make)
{
    auto& inside = shim::instance();
    record_head head;
    if (!inside.active())
        return static_cast<int>(make());
    const std::lock_guard lock(inside.mutex);
    if (!inside.find(file, head))
        return static_cast<int>(make());
    head.what = call::truncate;
    head.offset = size;
    return static_cast<int>(inside.change(call_class::truncate, head, {}, 0, make));
}

template <class Make>
int unlink_name(const char* path, const Make& make)
{
    auto& inside = shim::instance();
    place where;
    if (!inside.active() || !inside.find(path, where)
        || faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        return static_cast<int>(make());
    const std::lock_guard lock(inside.mutex);
    record_head head;
    head.what = call::unlink;
    head.folder = where.folder;
    return static_cast<int>(inside.change(call_class::unlink, head, where.name, 0, make));
}

template <class Make>
int rename_name(const char* from, const char* to, const Make& make)
{
    auto& inside = shim::instance();
    place old_place;
    place new_place;
    const bool from_ours = inside.active() && inside.find(from, old_place);
    const bool to_ours = inside.active() && inside.find(to, new_place);
    if (!from_ours && !to_ours)
        return static_cast<int>(make());
    if (!from_ours || !to_ours || old_place.folder != new_place.folder)
        std::abort(); // nobody does this; the day somebody does, the model of the disk must learn it
    const std::lock_guard lock(inside.mutex);
    record_head head;
    head.what = call::rename;
    head.folder = old_place.folder;
    const std::string names = std::string(old_place.name) + '\0' + std::string(new_place.name);
    return static_cast<int>(inside.change(call_class::rename, head, names, 0, make));
}

// What would change a watched file in a way that the model does not know must not pass unseen.
void refuse_unknown(int file)
{
    auto& inside = shim::instance();
    record_head head;
    if (!inside.active())
        return;
    const std::lock_guard lock(inside.mutex);
    if (inside.find(file, head))
        std::abort();
}

int mode_of(int flags, va_list rest)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, int) : 0;
}

} // namespace

extern "C"
{

    int open(const char* path, int flags, ...)
    {
        va_list rest;
        va_start(rest, flags);
        const int mode = mode_of(flags, rest);
        va_end(rest);
        return static_cast<int>(open_at(AT_FDCWD, path, flags, mode));
    }

    int open64(const char* path, int flags, ...)
    {
        va_list rest;
        va_start(rest, flags);
        const int mode = mode_of(flags, rest);
        va_end(rest);
        return static_cast<int>(open_at(AT_FDCWD, path, flags, mode));
    }

    int openat(int folder, const char* path, int flags, ...)
    {
        va_list rest;
        va_start(rest, flags);
        const int mode = mode_of(flags, rest);
        va_end(rest);
        return static_cast<int>(open_at(folder, path, flags, mode));
    }

    int openat64(int folder, const char* path, int flags, ...)
    {
        va_list rest;
        va_start(rest, flags);
        const int mode = mode_of(flags, rest);
        va_end(rest);
        return static_cast<int>(open_at(folder, path, flags, mode));
    }

    int creat(const char* path, mode_t mode)
    {
        return static_cast<int>(
            open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, static_cast<int>(mode)));
    }

    int creat64(const char* path, mode_t mode)
    {
        return creat(path, mode);
    }

    ssize_t write(int file, const void* bytes, size_t size)
    {
        const auto make = [&](std::size_t most) { return syscall(SYS_write, file, bytes, most); };
        return write_at(file, {static_cast<const char*>(bytes), size}, -1, make);
    }

    ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset)
    {
        const auto make = [&](std::size_t most) { return syscall(SYS_pwrite64, file, bytes, most, offset); };
        return write_at(file, {static_cast<const char*>(bytes), size}, offset, make);
    }

    ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset)
    {
        return pwrite64(file, bytes, size, offset);
    }

    ssize_t writev(int file, const iovec* parts, int count)
    {
        if (!shim::instance().active() || !is_regular(file))
            return syscall(SYS_writev, file, parts, count);
        std::string all;
        for (int at = 0; at < count; ++at)
            all.append(static_cast<const char*>(parts[at].iov_base), parts[at].iov_len);
        return write(file, all.data(), all.size());
    }

    ssize_t pwritev(int file, const iovec* parts, int count, off_t offset)
    {
        std::string all;
        for (int at = 0; at < count; ++at)
            all.append(static_cast<const char*>(parts[at].iov_base), parts[at].iov_len);
        return pwrite64(file, all.data(), all.size(), offset);
    }

    ssize_t pwritev64(int file, const iovec* parts, int count, off_t offset)
    {
        return pwritev(file, parts, count, offset);
    }

    int fsync(int file)
    {
        return sync_file(file, [&] { return syscall(SYS_fsync, file); });
    }

    int fdatasync(int file)
    {
        return sync_file(file, [&] { return syscall(SYS_fdatasync, file); });
    }

    int ftruncate64(int file, off_t size)
    {
        return truncate_file(file, size, [&] { return syscall(SYS_ftruncate, file, size); });
    }

    int ftruncate(int file, off_t size)
    {
        return ftruncate64(file, size);
    }

    int truncate64(const char* path, off_t size)
    {
        const int file = open(path, O_WRONLY | O_CLOEXEC);
        if (file < 0)
            return -1;
        const int done = ftruncate64(file, size);
        const int error = errno;
        syscall(SYS_close, file);
        errno = error;
        return done;
    }

    int truncate(const char* path, off_t size)
    {
        return truncate64(path, size);
    }

    int unlink(const char* path)
    {
        return unlink_name(path, [&] { return syscall(SYS_unlink, path); });
    }

    int unlinkat(int folder, const char* path, int flags)
    {
        return unlink_name(path, [&] { return syscall(SYS_unlinkat, folder, path, flags); });
    }

    int remove(const char* path)
    {
        const int done = unlink(path);
        return done != 0 && errno == EISDIR ? static_cast<int>(syscall(SYS_rmdir, path)) : done;
    }

    int rename(const char* from, const char* to)
    {
        return rename_name(from, to, [&] { return syscall(SYS_rename, from, to); });
    }

    int renameat(int old_folder, const char* from, int new_folder, const char* to)
    {
        return rename_name(from, to, [&] { return syscall(SYS_renameat, old_folder, from, new_folder, to); });
    }

    int renameat2(int old_folder, const char* from, int new_folder, const char* to, unsigned flags)
    {
        return rename_name(
            from, to, [&] { return syscall(SYS_renameat2, old_folder, from, new_folder, to, flags); });
    }

    int link(const char* from, const char* to)
    {
        place where;
        if (shim::instance().active()
            && (shim::instance().find(from, where) || shim::instance().find(to, where)))
            std::abort();
        return static_cast<int>(syscall(SYS_link, from, to));
    }

    int fallocate64(int file, int mode, off_t offset, off_t size)
    {
        refuse_unknown(file);
        return static_cast<int>(syscall(SYS_fallocate, file, mode, offset, size));
    }

    int fallocate(int file, int mode, off_t offset, off_t size)
    {
        return fallocate64(file, mode, offset, size);
    }

    int posix_fallocate64(int file, off_t offset, off_t size)
    {
        return fallocate64(file, 0, offset, size) == 0 ? 0 : errno;
    }

    int posix_fallocate(int file, off_t offset, off_t size)
    {
        return posix_fallocate64(file, offset, size);
    }

    ssize_t
    copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, size_t size, unsigned flags)
    {
        refuse_unknown(to);
        return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, size, flags);
    }

    ssize_t sendfile64(int to, int from, off_t* offset, size_t size)
    {
        refuse_unknown(to);
        return syscall(SYS_sendfile, to, from, offset, size);
    }

    ssize_t sendfile(int to, int from, off_t* offset, size_t size)
    {
        return sendfile64(to, from, offset, size);
    }

} // extern "C"
