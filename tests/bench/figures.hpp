// Figures of several runs, shown as the least, the median and the greatest.
#pragma once

#include <string>
#include <vector>

namespace jobwatch::bench
{

class figures
{
public:
    explicit figures(std::string name, int decimals = 0) : name_(std::move(name)), decimals_(decimals) {}

    void add(double value) { values_.push_back(value); }
    double median() const;
    void print() const; // one line: least, median, greatest, name

private:
    std::string name_;
    int decimals_;
    std::vector<double> values_;
};

} // namespace jobwatch::bench
