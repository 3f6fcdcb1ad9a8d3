# Completions of bnacct for fish 3. Written by completions/generate.py: change that, or its template.
# Put this file in a folder of $fish_complete_path, or source it. TAB starts no other program.

# The command on the line, the first word that is no option; with the next, where it has commands of its own.
function __bnacct_command
    set -l words (commandline -opc)
    set -l names (string match -v -- '-*' $words[2..-1]); or return
    # @families@
    if contains -- $names[1] $families; and set -q names[2]
        echo "$names[1] $names[2]"
    else
        echo $names[1]
    end
end

# Whether the word before is --sort. What follows may start with a dash, where fish would look for options only.
function __bnacct_sorts
    set -l words (commandline -opc)
    test $words[-1] = --sort
end

# Whether an option of these commands can stand here ('' is bnacct without any).
function __bnacct_in
    __bnacct_sorts; and return 1
    set -l command (__bnacct_command)
    contains -- "$command" $argv
end

# Whether none of these options was given. One whose `value` comes next may be the last word.
function __bnacct_lacks -a kind
    set -l words (commandline -opc)
    test $kind = value; and contains -- $words[-1] $argv; and set -e words[-1]
    for name in $argv[2..-1]
        contains -- $name (string replace -r '=.*' '' -- $words); and return 1
    end
    return 0
end

# The value that an option was given.
function __bnacct_value -a name
    set -l words (commandline -opc)
    string replace -rf -- "^$name=" '' $words
    set -l at (contains -i -- $name $words); and echo $words[(math $at + 1)]
end

# The sections of the command's answer, each followed by its fields; the first is the default.
function __bnacct_sections
    set -l type (__bnacct_value --type | string lower)
    switch (__bnacct_command)" $type"
        # @sections@
    end
end

# The fields of the section that was asked for.
function __bnacct_fields
    set -l sections (__bnacct_sections)
    set -l section (__bnacct_value --section) (string replace -r ' .*' '' -- $sections[1])
    string split ' ' -- (string replace -rf -- "^$section[1] " '' $sections)
end

function __bnacct_offer_section
    string replace -r ' .*' '' -- (__bnacct_sections)
end

# The list so far with each of the fields that it lacks, after its last comma.
function __bnacct_offer_fields
    set -l typed (string replace -r '^--fields=' '' -- (commandline -ct))
    set -l chosen (string split , -- $typed)[1..-2]
    for field in (__bnacct_fields)
        contains -- $field $chosen; or string join , -- $chosen $field
    end
end

# The fields to sort by; with a dash where one was typed, for descending.
function __bnacct_offer_sort
    set -l dash (string match -r -- '^-' (string replace -r '^--sort=' '' -- (commandline -ct)))
    printf '%s\n' "$dash"(__bnacct_fields)
end

function __bnacct_offer_profile
    set -l folder ~/.config
    test -n "$XDG_CONFIG_HOME"; and set folder $XDG_CONFIG_HOME
    for file in $folder/bnacct/*.env
        string replace -rf '.*/([A-Za-z0-9._-]+)\.env$' '$1' -- $file
    end
end

complete -c bnacct -f
complete -c bnacct -n __bnacct_sorts -a '(__bnacct_offer_sort)'
# @commands@
# @options@
