#include "jobwatchctl/console.hpp"
#include "jobwatchctl/pretty_json.hpp"
#include "jobwatchctl/table.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <sstream>

using namespace jobwatch;

namespace
{

struct output_fixture
{
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    ctl::console io{in, out, err};
    ctl::table rows{{"A", "B", "C"}};

    output_fixture()
    {
        rows.add({{"1", ctl::cell("x\ty\x1b[2J"), ctl::cell("")}, outcome::failed});
        rows.add({{"1000", ctl::cell("\xC3\xBC"), "z"}, {}});
    }
};

} // namespace

TEST_CASE_FIXTURE(output_fixture, "for programs rows are tab-separated, without heading and colour")
{
    rows.print(io);
    CHECK(out.str() == "1\tx\\x09y\\x1b[2J\t-\n1000\t\xC3\xBC\tz\n");
}

TEST_CASE_FIXTURE(output_fixture, "for people they stand in columns, and colours are only there when wanted")
{
    io.out_is_terminal = true;
    rows.print(io);
    CHECK(
        out.str()
        == "A     B              C\n"
           "1     x\\x09y\\x1b[2J  -\n"
           "1000  \xC3\xBC              z\n");
    out.str("");
    io.colours = true;
    rows.print(io);
    CHECK(out.str().find("\x1b[31m1     x\\x09y\\x1b[2J  -\x1b[0m\n") != std::string::npos);
}

TEST_CASE_FIXTURE(output_fixture, "JSON is printed to the letter, but harmlessly on a terminal")
{
    const std::string text = "{\"a\":1.00e5,\"b\":\"\xC2\x9B"
                             "2J\x7F \xC3\xBC\"}";
    CHECK(ctl::shown_json(io, text) == text);
    io.out_is_terminal = true;
    CHECK(ctl::shown_json(io, text) == "{\"a\":1.00e5,\"b\":\"\\u009b2J\\u007f \xC3\xBC\"}");
    CHECK(ctl::shown_json(io, "\x9B") == "\xEF\xBF\xBD");
}

TEST_CASE("pretty JSON changes white space only")
{
    CHECK(
        ctl::pretty_json(R"({"a":[1.50,{}],"b":"x,{\"y"  ,"c":[ ]})", "  ")
        == "{\n"
           "    \"a\": [\n"
           "      1.50,\n"
           "      {}\n"
           "    ],\n"
           "    \"b\": \"x,{\\\"y\",\n"
           "    \"c\": []\n"
           "  }");
}

TEST_CASE_FIXTURE(output_fixture, "an output that could not be written is no success")
{
    struct full_disk : std::streambuf
    {
        int sync() override
        {
            errno = ENOSPC;
            return -1;
        }
    };
    full_disk disk;
    std::ostream full(&disk);
    ctl::console to{in, full, err};
    CHECK(ctl::finish(to, ctl::exit_code::ok) == ctl::exit_code::refused);
    CHECK(err.str().find("No space left") != std::string::npos);
    CHECK(ctl::finish(to, ctl::exit_code::failed) == ctl::exit_code::failed);
    CHECK(ctl::finish(io, ctl::exit_code::lost) == ctl::exit_code::lost);
}
