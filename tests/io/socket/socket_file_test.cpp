#include "io/socket/socket_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

sockaddr_un address_of(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
}

bool connects(const std::string& path)
{
    const sockaddr_un address = address_of(path);
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int done = connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    close(made);
    return done == 0;
}

bool holds(const std::string& text, const std::string& part)
{
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a socket is made with its mode whatever the umask, listens without blocking and is removed")
{
    const temporary_directory directory;
    const std::string path = directory.file("a.sock");
    const mode_t before = umask(0077);
    const auto made = listen_at(path, 0666);
    umask(before);
    REQUIRE(made.has_value());
    struct stat found = {};
    REQUIRE(stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0666);
    CHECK((fcntl(*made, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(*made, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(connects(path));
    close(*made);
    remove_socket_file(path);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a stale socket file is replaced, a live one is refused and goes on")
{
    const temporary_directory directory;
    const std::string path = directory.file("a.sock");
    const auto first = listen_at(path, 0600);
    REQUIRE(first.has_value());
    const auto second = listen_at(path, 0600);
    REQUIRE_FALSE(second.has_value());
    holds(second.error().text, path + ": another process is listening there");
    CHECK(connects(path));
    close(*first); // as when its process was killed
    CHECK_FALSE(connects(path));
    const auto third = listen_at(path, 0600);
    REQUIRE(third.has_value());
    CHECK(connects(path));
    close(*third);
}

TEST_CASE("a live socket of another type is left alone")
{
    const temporary_directory directory;
    const std::string path = directory.file("a.sock");
    const sockaddr_un address = address_of(path);
    const int other = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(other, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    const auto made = listen_at(path, 0600);
    CHECK_FALSE(made.has_value());
    CHECK(std::filesystem::is_socket(path));
    if (made)
        close(*made);
    close(other);
}

TEST_CASE("what is no socket is left alone")
{
    const temporary_directory directory;
    const std::string path = directory.file("a.sock");
    std::ofstream(path) << "precious";
    const auto made = listen_at(path, 0600);
    REQUIRE_FALSE(made.has_value());
    holds(made.error().text, "something else than a socket");
    CHECK(std::filesystem::file_size(path) == 8);

    const std::string link = directory.file("link.sock");
    std::filesystem::create_symlink(path, link);
    CHECK_FALSE(listen_at(link, 0600).has_value());
    CHECK(std::filesystem::is_symlink(link));
}

TEST_CASE("a path that is too long or a folder that is missing is said in words")
{
    const temporary_directory directory;
    const auto long_one = listen_at(directory.file(std::string(120, 'x')), 0600);
    REQUIRE_FALSE(long_one.has_value());
    holds(long_one.error().text, "too long for a socket: allowed are 107 bytes");
    const auto missing = listen_at(directory.file("none/a.sock"), 0600);
    REQUIRE_FALSE(missing.has_value());
    holds(missing.error().text, directory.file("none/a.sock") + ": cannot listen: No such file or directory");
    CHECK_FALSE(std::filesystem::exists(directory.file("none")));
}
