# Completions of bnacct for bash 4 and later. Written by completions/generate.py: change that, or its template.
# Source this file, or install it as share/bash-completion/completions/bnacct. TAB starts no other program.

# Set `options` to what the command takes: NAMES, or NAMES=VALUES. VALUES are words with bars between them, or say
# where to look: @file, @profile, @section, @fields, @sort. A + in front: it can be given more than once.
_bnacct_options() {
    # @groups@
    case $command in
        # @options@
        *) options=() ;;
    esac
}

# Set `sections` to those of the command's answer, each followed by its fields; the first is the default.
_bnacct_sections() {
    local type=${given[--type]-}
    case "$command ${type,,}" in
        # @sections@
        *) sections=() ;;
    esac
}

# Set `fields` to those of the section that was asked for.
_bnacct_fields() {
    local section
    _bnacct_sections
    section=${given[--section]:-${sections[0]%% *}}
    for fields in "${sections[@]}"; do
        [[ ${fields%% *} == "$section" ]] && fields=${fields#* } && return
    done
    fields=
}

# Find an option by one of its names: set `key` to its last name and `takes` to "=VALUES", or to nothing for a flag.
_bnacct_find() {
    local option names
    for option in "${options[@]}"; do
        names=${option%%=*} names=${names#+}
        if [[ ,$names, == *",$1,"* ]]; then
            key=${names##*,} takes=${option#"${option%%=*}"}
            return
        fi
    done
    return 1
}

# Take in one word of the line: the command, an option, or the value of the `pending` option.
_bnacct_read() {
    local key takes
    if [[ $pending ]]; then
        [[ $1 == = ]] && return
        given[$pending]=$1 pending=
    elif [[ $1 == -* ]] && _bnacct_find "${1%%=*}"; then
        given[$key]=${1#*=}
        [[ $takes && $1 != --*=* ]] && pending=$key
    elif [[ $1 != -* && ! $command ]]; then
        command=$1
        _bnacct_options
    elif [[ $1 != -* && ${families[$command]-} ]]; then
        command="$command $1"
        _bnacct_options
    fi
}

# Offer those of the words that go on from what was typed.
_bnacct_offer() {
    local word
    for word; do
        [[ $word == "$typed"* ]] && COMPREPLY+=("$glued$word")
    done
}

_bnacct_offer_profiles() {
    local file name
    for file in "${XDG_CONFIG_HOME:-$HOME/.config}"/bnacct/*.env; do
        name=${file##*/} name=${name%.env}
        # Other names are no profiles, and would need quotes.
        [[ -f $file && $name != *[!A-Za-z0-9._-]* ]] && _bnacct_offer "$name"
    done
}

# Offer the fields that the list lacks, after its last comma.
_bnacct_offer_fields() {
    local field fields chosen=${typed%"${typed##*,}"}
    _bnacct_fields
    for field in $fields; do
        [[ ,$chosen == *",$field,"* ]] || _bnacct_offer "$chosen$field"
    done
    compopt -o nospace 2>/dev/null
}

_bnacct_offer_sort() {
    local fields descending=
    _bnacct_fields
    [[ $typed == -* ]] && descending=-
    for fields in $fields; do
        _bnacct_offer "$descending$fields"
    done
}

_bnacct_offer_values() {
    local words
    case $1 in
        =@file)
            mapfile -t words < <(compgen -f -- "$typed")
            COMPREPLY=("${words[@]/#/$glued}")
            compopt -o filenames 2>/dev/null
            ;;
        =@profile) _bnacct_offer_profiles ;;
        =@section) _bnacct_sections && _bnacct_offer "${sections[@]%% *}" ;;
        =@fields) _bnacct_offer_fields ;;
        =@sort) _bnacct_offer_sort ;;
        =*) IFS='|' read -ra words <<<"${1#=}" && _bnacct_offer "${words[@]}" ;;
    esac
}

# Offer the options that were not given yet; the short ones only after a dash.
_bnacct_offer_options() {
    local option names name
    for option in "${options[@]}"; do
        names=${option%%=*}
        [[ $names != +* && ${given[${names##*,}]+given} ]] && continue
        names=${names#+}
        for name in ${names//,/ }; do
            [[ $typed || $name == --* ]] && _bnacct_offer "$name"
        done
    done
}

_bnacct() {
    local IFS=$' \t\n' command= pending= glued= key takes word typed=${2-${COMP_WORDS[COMP_CWORD]}}
    # @commands@
    local -a options=() sections=()
    local -A given=()
    COMPREPLY=()
    _bnacct_options
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        _bnacct_read "$word"
    done
    [[ $pending && $typed == = ]] && typed= # where bash breaks words at "=", as it does unless told otherwise
    if [[ ! $pending && $typed == --*=* ]]; then
        glued=${typed%%=*}= pending=${typed%%=*} typed=${typed#*=}
    fi
    if [[ $pending ]]; then
        _bnacct_find "$pending" && _bnacct_offer_values "$takes"
    elif [[ $typed != -* && ${families[${command:-none}]-} ]]; then
        _bnacct_offer ${families[$command]}
    elif [[ $command || $typed == -* ]]; then
        _bnacct_offer_options
    else
        _bnacct_offer "${commands[@]}"
    fi
}

complete -F _bnacct bnacct
