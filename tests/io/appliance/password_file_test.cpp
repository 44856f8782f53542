#include "io/appliance/password_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include <sys/stat.h>

using namespace jobwatch;

namespace
{

explained<secret_text> password_in(const test::temporary_directory& folder, std::string_view text)
{
    std::ofstream(folder.file("p"), std::ios::binary) << text;
    return read_password(folder.file("p"));
}

} // namespace

TEST_CASE("a password is the file's text without the line break at its end")
{
    const test::temporary_directory folder;
    CHECK(password_in(folder, "hush")->view() == "hush");
    CHECK(password_in(folder, "hush\n")->view() == "hush");
    CHECK(password_in(folder, "hush\r\n")->view() == "hush");
    CHECK(password_in(folder, " with blanks \n")->view() == " with blanks ");
}

TEST_CASE("a password file of several lines is refused, since no login may be wasted on a guess")
{
    const test::temporary_directory folder;
    const auto two = password_in(folder, "hush\nhash\n");
    REQUIRE(two.has_error());
    CHECK(two.error().text.find("several lines") != std::string::npos);
    CHECK(two.error().text.find("hush") == std::string::npos);
}

TEST_CASE("a password file may have 4 KiB, and no byte more")
{
    const test::temporary_directory folder;
    CHECK(password_in(folder, std::string(max_password_file, 'x'))->view().size() == max_password_file);
    const auto longer = password_in(folder, std::string(max_password_file + 1, 'x'));
    REQUIRE(longer.has_error());
    CHECK(longer.error().code == errc::too_large);
    CHECK(longer.error().text.find("4096") != std::string::npos);
    CHECK(longer.error().text.find("xxx") == std::string::npos);
}

TEST_CASE("a folder or a pipe in the password file's place is refused at once")
{
    const test::temporary_directory folder;
    CHECK(read_password(folder.path().string()).has_error());
    REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    CHECK(read_password(folder.file("pipe")).has_error()); // hangs if it were opened as a file is
}
