#include "delivery.hpp"

namespace jobwatch::simulator
{

namespace
{

// The position behind the empty line that ends the header.
std::size_t header_length(const std::string& whole)
{
    const std::size_t end = whole.find("\r\n\r\n");
    return end == std::string::npos ? whole.size() : end + 4;
}

std::size_t length_until(place where, const std::string& whole)
{
    const std::size_t header = header_length(whole);
    switch (where)
    {
    case place::header:
        return header / 2;
    case place::body:
        return header + (whole.size() - header) / 2;
    default:
        return 0;
    }
}

struct packer
{
    std::string whole;

    parcel operator()(const cut& how)
    {
        whole.resize(length_until(how.where, whole));
        return {std::move(whole), how.then};
    }
};

struct teller
{
    bool operator()(const cut& how) const { return how.where == place::body; }
};

} // namespace

parcel pack(const delivery& how, std::string whole)
{
    return std::visit(packer{std::move(whole)}, how);
}

bool tells_status(const delivery& how)
{
    return std::visit(teller{}, how);
}

} // namespace jobwatch::simulator
