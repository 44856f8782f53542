#include "files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch::simulator
{

namespace
{

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& why)
{
    throw std::runtime_error(file.string() + ": " + why);
}

void write_all(int fd, const fs::path& file, const std::string& text)
{
    std::size_t written = 0;
    while (written < text.size())
    {
        const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
        if (count < 0 && errno != EINTR)
            fail(file, std::strerror(errno));
        written += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

} // namespace

stage_directory::stage_directory(const std::string& wanted) : path_{wanted}, ours_{wanted.empty()}
{
    if (!ours_)
    {
        fs::create_directories(path_);
        path_ = fs::absolute(path_);
        return;
    }
    std::string pattern = (fs::temp_directory_path() / "cm-simulator.XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        fail(pattern, std::strerror(errno));
    path_ = pattern;
}

stage_directory::~stage_directory()
{
    std::error_code ignored;
    if (ours_)
        fs::remove_all(path_, ignored);
}

void write_file(const fs::path& file, const std::string& text, readable_by who)
{
    const fs::path draft = file.string() + ".new";
    const int fd = ::open(
        draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, who == readable_by::owner ? 0600 : 0644);
    if (fd < 0)
        fail(file, std::strerror(errno));
    write_all(fd, file, text);
    ::close(fd);
    if (::rename(draft.c_str(), file.c_str()) != 0)
        fail(file, std::strerror(errno));
}

std::string read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        fail(file, std::strerror(errno));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

} // namespace jobwatch::simulator
