#include "io/host/text_file.hpp"

#include <cerrno>
#include <fstream>

#include <sys/stat.h>

namespace jobwatch
{

explained<std::string> read_text_file(const std::string& path, std::size_t limit)
{
    struct stat found = {};
    if (stat(path.c_str(), &found) != 0)
    {
        const error_code code(errno, boost::system::system_category());
        return failure{code, path + ": " + code.message()};
    }
    if (!S_ISREG(found.st_mode))
        return failure{error_code(EINVAL, boost::system::system_category()), path + ": not a regular file"};
    const failure over{errc::too_large, path + ": larger than " + std::to_string(limit) + " bytes"};
    if (static_cast<std::size_t>(found.st_size) > limit)
        return over;
    std::ifstream file(path, std::ios::binary);
    std::string text(limit + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto count = static_cast<std::size_t>(file.gcount());
    if (!file.is_open() || file.bad())
        return failure{
            error_code(EACCES, boost::system::system_category()), path + ": cannot be read (permissions?)"};
    if (count > limit)
        return over;
    text.resize(count);
    return text;
}

bool is_readable_by_everyone(const std::string& path)
{
    struct stat found = {};
    return stat(path.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0;
}

} // namespace jobwatch
