#!/usr/bin/perl
# Finds the ordinary coroutine code that g++ 12.2 compiles wrongly (double frees, wild jumps), as well as text can.
# The rule that covers it all: an awaited expression has only names and simple values in it, and its result goes
# straight into a named variable.
# usage: coroutines.pl FILE...     prints FILE:LINE: RULE: what to write instead; exit code 1 if anything was found
#
# How: comments, literals and preprocessor lines are blanked; then one pass keeps the stack of open brackets and knows
# of each { whether it opens a block or initialises something. A statement is what stands directly in one block; what
# is inside a nested block (a lambda's body) is a matter of its own.
use strict;
use warnings;

my %advice = (
    condition     => 'co_await in the head of if, while, switch, do or for: await into a named variable first',
    ternary       => 'co_await beside ?: : use if and else that assign a named variable',
    braces        => 'co_await inside the braces of an initialiser: await into a named variable first',
    temporary     => 'a braced temporary in an awaited expression: give it a name first, then pass or move that',
    lambda        => 'a lambda in an awaited expression: give it a name first, or pass a named function',
    captures      => 'a lambda that captures is a coroutine: its captures die before it does; write a named function',
);

# Keeps every newline and every column, so that positions stay true.
sub blank { my ($text) = @_; $text =~ s/[^\n]/ /g; return $text }

sub without_literals
{
    my ($text) = @_;
    $text =~ s{
        ( //[^\n]* | /\*.*?\*/                                        # comments
        | \b(?:u8|[uUL])?R"([^\s()\\]{0,16})\(.*?\)\2"                # raw strings
        | (?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"                            # strings
        | (?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+'           # characters, but not the ' in 1'000
        )
    }{ my $found = $1; $found =~ m{^/} ? blank($found) : '0' . blank(substr($found, 1)) }gsex;
    $text =~ s/^([ \t]*\#(?:[^\n\\]|\\.)*(?:\\\n[^\n]*)*)/blank($1)/gme;
    return $text;
}

# What an opening brace opens, from the text before it.
sub opens
{
    my ($before) = @_;
    $before =~ s/\s+$//;
    return 'block' if $before eq '' || $before =~ /[;{}:)]$/;
    return 'block' if $before =~ /(?:^|\W)(?:else|do|try|const|noexcept|override|final|mutable)$/;
    # a lambda without parameters, but neither an array nor its subscript
    return 'block' if $before =~ /(?:^|[^\w\s\])])\s*\[[^\[\]]*\]$/;
    my ($head) = $before =~ /([^;{}]*)$/;
    return 'block' if $head =~ /(?:^|[^\w.])(?:namespace|struct|class|union|enum|extern|requires|concept)\b[^=()]*$/;
    return 'block' if $head =~ /\)\s*(?:(?:const|noexcept|mutable|override|final|&&?)\s*)*->[^;=?]*$/; # -> type {
    return 'initialiser';
}

# Does this [ begin a lambda? Not a subscript, an attribute or a structured binding.
sub begins_lambda
{
    my ($before, $after) = @_;
    return 0 if $after =~ /^\[\[/ || $before =~ /\[$/;
    return 1 if $before =~ /(?:^|\W)(?:return|co_return|co_await|co_yield)\s*$/;
    return 0 if $before =~ /\bauto\s*&{0,2}\s*$/;
    return $before !~ /[\w\])]\s*$/;
}

# One entry per statement that is being read: where its block began, what was seen in it so far.
sub statement { my ($captures) = @_; return { awaits => [], found => [], captures => $captures // 0 } }

sub finish
{
    my ($statement, $report) = @_;
    if (@{ $statement->{awaits} })
    {
        $report->($_->{line}, 'braces') for grep { $_->{in_braces} } @{ $statement->{awaits} };
        $report->($_->{line}, 'condition') for grep { $_->{in_condition} } @{ $statement->{awaits} };
        $report->(@$_) for @{ $statement->{found} };
    }
    $statement->{awaits} = [];
    $statement->{found}  = [];
}

sub check
{
    my ($file, $say) = @_;
    open(my $in, '<', $file) or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    $text = without_literals($text);

    my @lambdas;                       # lambda introducers seen whose body has not begun
    my @open;                          # brackets: { sign, role, line }
    my @statements = (statement());    # innermost last
    my ($line, %seen) = (1);
    my $report = sub { my ($where, $rule) = @_; $say->($file, $where, $rule) unless $seen{"$where $rule"}++ };

    while ($text =~ /\G(?:(\n)|(\bco_(?:await|return|yield)\b)|([\[\](){}])|([;?])|([^\S\n]+|\w+|.))/gs)
    {
        my ($newline, $word, $bracket, $mark, $at) = ($1, $2, $3, $4, $-[0]);
        my $current = $statements[-1];
        if (defined $newline) { $line++ }
        elsif (defined $word)
        {
            $report->($current->{lambda_line}, 'captures') if $current->{captures};
            next if $word ne 'co_await';
            my $await = { line => $line };
            for my $bracket (reverse @open)
            {
                last if $bracket->{role} eq 'block';
                $await->{in_braces} = 1    if $bracket->{role} eq 'initialiser';
                $await->{in_condition} = 1 if $bracket->{role} eq 'condition';
            }
            push @{ $current->{awaits} }, $await;
        }
        elsif (defined $mark)
        {
            if ($mark eq '?') { push @{ $current->{found} }, [ $line, 'ternary' ] }
            # the ; inside for (;;) or if (init; ...) ends a statement as well as any other: what is awaited there
            # is in the head already
            else { finish($current, $report) if !@open || $open[-1]{role} =~ /block|condition/ }
        }
        elsif (defined $bracket)
        {
            my $before = substr($text, $at > 400 ? $at - 400 : 0, $at > 400 ? 400 : $at);
            if ($bracket eq '(')
            {
                my $head = $before =~ /(?:^|\W)(?:if(?:\s+constexpr)?|while|switch|for)\s*$/;
                push @open, { sign => '(', role => $head ? 'condition' : 'group' };
            }
            elsif ($bracket eq '[')
            {
                my $role = 'group';
                if (begins_lambda($before, substr($text, $at, 2)))
                {
                    $role = 'introducer';
                    push @{ $current->{found} }, [ $line, 'lambda' ];
                    push @lambdas, { line => $line, depth => scalar @open,
                        captures => substr($text, $at) !~ /^\[\s*\]/ };
                }
                push @open, { sign => '[', role => $role };
            }
            elsif ($bracket eq '{')
            {
                my $lambda = @lambdas && $lambdas[-1]{depth} == @open ? $lambdas[-1] : undef;
                my $role = $lambda ? 'block' : opens($before);
                if ($role eq 'block')
                {
                    # if (...) { and the like: the head is a statement that ends here
                    finish($current, $report) if !@open || $open[-1]{role} eq 'block';
                    # a block in a lambda belongs to the lambda
                    my $inner = statement($lambda ? $lambda->{captures} : $current->{captures});
                    $inner->{lambda_line} = $lambda ? $lambda->{line} : $current->{lambda_line};
                    push @statements, $inner;
                    pop @lambdas if $lambda;
                }
                else { push @{ $current->{found} }, [ $line, 'temporary' ] }
                push @open, { sign => '{', role => $role };
            }
            else
            {
                my $closed = pop @open or next;
                # a head is a full expression of its own: what it holds does not touch the statement after it
                finish($current, $report) if $closed->{role} eq 'condition';
                if ($closed->{role} eq 'block')
                {
                    finish(pop @statements, $report);
                    push @statements, statement() if !@statements;
                    # the } of a function or a loop ends a statement; that of a lambda in a call does not
                    finish($statements[-1], $report)
                        if (!@open || $open[-1]{role} eq 'block') && substr($text, $at + 1) !~ /^\s*[;,.()]/;
                }
                @lambdas = grep { $_->{depth} <= @open } @lambdas;
            }
        }
    }
    finish($_, $report) for @statements;
}

my $count = 0;
for my $file (@ARGV)
{
    check($file, sub {
        my ($where, $line, $rule) = @_;
        $count++;
        print "$where:$line: $rule: $advice{$rule}\n";
    });
}
exit($count ? 1 : 0);
