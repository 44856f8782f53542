#include "io/appliance/secret_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch;

namespace
{

void write(const test::temporary_directory& folder, std::string_view text)
{
    std::ofstream(folder.file("p"), std::ios::binary) << text;
}

explained<secret_text> password_in(const test::temporary_directory& folder, std::string_view text)
{
    write(folder, text);
    return read_password(folder.file("p"));
}

explained<secret_text> token_in(const test::temporary_directory& folder, std::string_view text)
{
    write(folder, text);
    return read_token("token", folder.file("p"));
}

template <class T>
bool tells(const explained<T>& read, std::string_view words)
{
    INFO((read.has_error() ? read.error().text : "no error"));
    return read.has_error() && read.error().text.find(words) != std::string::npos;
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

TEST_CASE("what stands in a secret file's place is refused at once, and named for what it is")
{
    const test::temporary_directory folder;
    CHECK(tells(read_password(folder.path().string()), "is a folder"));
    REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    CHECK(
        tells(read_password(folder.file("pipe")), "is a named pipe")); // hangs if it were opened as a file is
    CHECK(tells(read_token("token", "/dev/zero"), "is a device"));
    CHECK(tells(read_token("token", folder.file("nowhere")), "No such file"));
    CHECK(tells(read_token("token", folder.file("nowhere")), "token file " + folder.file("nowhere")));
    if (geteuid() != 0) // whom no permission stops
    {
        write(folder, "hush");
        std::filesystem::permissions(folder.file("p"), std::filesystem::perms::none);
        CHECK(tells(read_password(folder.file("p")), "Permission denied"));
    }
}

TEST_CASE("a token stands in its file with blanks and line breaks around it, or without")
{
    const test::temporary_directory folder;
    for (const auto* text : {"a.b.c", "a.b.c\n", "  a.b.c\r\n\n", "\n\ta.b.c "})
        CHECK(token_in(folder, text)->view() == "a.b.c");
}

TEST_CASE("a token file that holds anything else is refused without showing it")
{
    const test::temporary_directory folder;
    CHECK(tells(token_in(folder, ""), "is empty"));
    CHECK(tells(token_in(folder, " \n \n"), "is empty"));
    CHECK(tells(token_in(folder, "a.b.c\nd.e.f\n"), "several lines"));
    CHECK(tells(token_in(folder, "a.b.c d"), "at its byte 6"));
    CHECK(tells(token_in(folder, "\xc3\xa4.b"), "printable ASCII"));
    CHECK(tells(token_in(folder, "hush hash"), "no token has"));
    CHECK_FALSE(tells(token_in(folder, "hush hash"), "hash"));
    CHECK(token_in(folder, std::string(max_token_file, 'x'))->view().size() == max_token_file);
    CHECK(tells(token_in(folder, std::string(max_token_file + 1, 'x')), "allowed are 16384 bytes"));
    CHECK(tells(read_token("refresh token", folder.file("nowhere")), "refresh token file"));
}

TEST_CASE("the stamp of a credential is that of the files of its form")
{
    const test::temporary_directory folder;
    appliance_settings appliance;
    appliance.client_certificate_file = folder.file("certificate");
    appliance.client_key_file = folder.file("key");
    appliance.credential = credential_form::client_certificate;
    CHECK(credential_files_stamp(appliance).empty());
    std::ofstream(folder.file("certificate")) << "c";
    std::ofstream(folder.file("key")) << "k";
    const std::string before = credential_files_stamp(appliance);
    std::ofstream(folder.file("key")) << "another";
    CHECK(credential_files_stamp(appliance) != before);
    for (const auto form : {credential_form::token_file, credential_form::refresh_token_file})
    {
        appliance.token_file = appliance.refresh_token_file = folder.file("key");
        appliance.credential = form;
        CHECK(credential_files_stamp(appliance) == stamp_of(folder.file("key")));
    }
}
