#include "io/state/event_archive.hpp"
#include "io/state/events_appender.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

constexpr std::size_t step_size = 256 * 1024; // bytes; some milliseconds of work

error_code last_error()
{
    return {errno == 0 ? EIO : errno, boost::system::system_category()};
}

} // namespace

archive_compression::archive_compression(std::string folder, const std::string& path) :
    folder_(std::move(folder)),
    path_(path),
    input_(open(path.c_str(), O_RDONLY | O_CLOEXEC)),
    output_(open((path + ".gz.tmp").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640))
{
    const int stream = output_ < 0 ? -1 : dup(output_); // gzclose closes it; output_ stays for fsync
    gzip_ = stream < 0 ? nullptr : gzdopen(stream, "wb");
    if (gzip_ == nullptr && stream >= 0)
        close(stream);
}

archive_compression::~archive_compression()
{
    if (gzip_ != nullptr)
        gzclose(gzip_);
    if (input_ >= 0)
        close(input_);
    if (output_ >= 0)
        close(output_);
    unlink((path_ + ".gz.tmp").c_str()); // there is one only if this did not come to its end
}

result<archive_compression::progress> archive_compression::step()
{
    if (input_ < 0 || gzip_ == nullptr)
        return last_error();
    block_.resize(step_size);
    const auto count = read(input_, block_.data(), block_.size());
    if (count < 0)
        return last_error();
    if (count == 0)
        return finish();
    if (gzwrite(gzip_, block_.data(), static_cast<unsigned>(count)) != count)
        return last_error();
    return progress::more;
}

result<archive_compression::progress> archive_compression::finish()
{
    if (gzclose(std::exchange(gzip_, nullptr)) != Z_OK || fsync(output_) != 0)
        return last_error();
    if (rename((path_ + ".gz.tmp").c_str(), (path_ + ".gz").c_str()) != 0)
        return last_error();
    if (const auto ec = sync_folder(folder_)) // before the plain file goes
        return ec;
    if (unlink(path_.c_str()) != 0)
        return last_error();
    return progress::done;
}

} // namespace jobwatch
