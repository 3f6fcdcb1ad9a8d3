# Completions of bnacct for bash 4 and later. Written by completions/generate.py: change that, or its template.
# Source this file, or install it as share/bash-completion/completions/bnacct. TAB starts no other program.

# Set `options` to what the command takes: NAMES, or NAMES=VALUES. VALUES are words with bars between them, or say
# where to look: @file, @profile, @section, @fields, @sort. A + in front: it can be given more than once.
_bnacct_options() {
    local format=(
        '-o,--output=table|json|jsonl|csv|tsv'
        --json
        --csv
        '--color=auto|always|never'
    )
    local connection=(
        +-p,--profile=@profile
        --all-profiles
        --env-file=@file
        '-e,--environment=live|testnet|sandbox'
        --timeout=
        --recv-window=
        --retries=
        --max-wait=
        -v,--verbose
        -q,--quiet
    )
    local selection=(
        --section=@section
        --fields=@fields
        --sort=@sort
        --all
        --wide
        --total
        --no-header
        --to=@file
    )
    local repetition=(
        -w,--watch=
        --count=
    )
    local wire=(
        --raw
        --show-request
    )
    local archive=(
        --at=
        --tz=
        --key-mark=
        --record,--no-record
    )
    local place=(
        -p,--profile=@profile
        --env-file=@file
        '-e,--environment=live|testnet|sandbox'
        --key-mark=
        -q,--quiet
    )
    case $command in
        '') options=(--version -h,--help) ;;
        snapshot) options=('--type=spot|margin|futures' --days= --start= --end= --asset= --symbol= --archive -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        futures-account) options=(--asset= --symbol= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        pm-balance) options=(--asset= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        user-assets) options=(--asset= --btc-valuation,--no-btc-valuation -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        ws-balance) options=(--asset= --v2 -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        funding-assets) options=(--asset= --btc-valuation,--no-btc-valuation -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        margin-account) options=(--asset= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        isolated-margin) options=(--symbols= --asset= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        futures-risk) options=(--symbol= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        coin-futures-account) options=(--asset= --symbol= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        options-account) options=(--asset= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        pm-account) options=(-h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        earn-positions) options=('--type=flexible|locked' --asset= --product-id= --project-id= --position-id= -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${wire[@]}" "${archive[@]}") ;;
        overview) options=(--in= --wallets= --deep -h,--help "${format[@]}" "${connection[@]}" "${selection[@]}" "${repetition[@]}" "${archive[@]}") ;;
        record) options=(-h,--help "${format[@]}" "${connection[@]}") ;;
        history) options=(-h,--help) ;;
        'history list') options=(--since= --until= --tz= --limit= --gaps -h,--help "${format[@]}" "${place[@]}") ;;
        'history diff') options=(--since= --until= --in= --tz= --key-mark= --asset= -h,--help "${format[@]}" "${connection[@]}") ;;
        'history chart') options=(--since= --until= --tz= --in= -h,--help "${format[@]}" "${place[@]}") ;;
        'history backfill') options=('+--type=spot|margin|futures' -h,--help "${format[@]}" "${connection[@]}") ;;
        'history export') options=(--to=@file -h,--help "${place[@]}") ;;
        'history import') options=(-h,--help "${place[@]}") ;;
        'history copy') options=('--to=PATH|URL' -h,--help "${place[@]}") ;;
        'history verify') options=(-h,--help "${place[@]}") ;;
        'history prune') options=(--keep-last= --keep-hourly= --keep-daily= --keep-weekly= --keep-monthly= --keep-yearly= --keep-within= --tz= -n,--dry-run -h,--help "${format[@]}" "${place[@]}") ;;
        'history path') options=(-h,--help "${place[@]}") ;;
        'history init') options=(--writer= -h,--help "${place[@]}") ;;
        check) options=(+-w,--warning= +-c,--critical= --key '--unreachable=ok|warning|critical|unknown' --since= --outflow= --at= --max-age= --in= --list -h,--help "${format[@]}" "${connection[@]}") ;;
        metrics) options=(--to=@file -h,--help "${connection[@]}") ;;
        doctor) options=(--snapshot -h,--help "${format[@]}" "${connection[@]}") ;;
        profiles) options=(-h,--help "${format[@]}") ;;
        sandbox) options=('--account=docs|docs-multi|rich|empty|large|classic|portfolio-margin|multi-assets|new|hostile' '--key=hmac|rsa|ed25519' --port= --ws-port= '+--fault=latency|silence|drip|drop|truncated|reset|junk|clock-skew|rate-limit|ban|waf|restricted|redirect|handshake|server-error|error|html|empty|bom|charset|nan|duplicate-keys|deep|wrong-shape|big|gzip|gzip-bomb|not-gzip|foreign-frame|null-id|fragments|binary|close' -h,--help) ;;
        completion) options=(-h,--help) ;;
        man) options=(-h,--help) ;;
        help) options=(-h,--help) ;;
        *) options=() ;;
    esac
}

# Set `sections` to those of the command's answer, each followed by its fields; the first is the default.
_bnacct_sections() {
    local type=${given[--type]-}
    case "$command ${type,,}" in
        'snapshot ') sections=('balances date updateTime asset free locked' 'totals date updateTime totalAssetOfBtc change changePercent trend') ;;
        'snapshot spot') sections=('balances date updateTime asset free locked' 'totals date updateTime totalAssetOfBtc change changePercent trend') ;;
        'snapshot margin') sections=('userAssets date updateTime asset borrowed free interest locked netAsset' 'totals date updateTime marginLevel totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc change changePercent trend') ;;
        'snapshot futures') sections=('assets date updateTime asset marginBalance walletBalance change changePercent trend' 'position date updateTime symbol entryPrice markPrice positionAmt unRealizedProfit side') ;;
        'futures-account ') sections=('assets asset walletBalance unrealizedProfit marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount updateTime' 'positions symbol positionSide positionAmt unrealizedProfit isolatedMargin notional isolatedWallet initialMargin maintMargin updateTime side' 'totals totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl availableBalance maxWithdrawAmount marginRatio') ;;
        'pm-balance ') sections=('balances asset totalWalletBalance crossMarginAsset crossMarginBorrowed crossMarginFree crossMarginInterest crossMarginLocked umWalletBalance umUnrealizedPNL cmWalletBalance cmUnrealizedPNL updateTime negativeBalance') ;;
        'user-assets ') sections=('assets asset free locked freeze withdrawing ipoable btcValuation') ;;
        'ws-balance ') sections=('balances accountAlias asset balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount marginAvailable updateTime') ;;
        'funding-assets ') sections=('assets asset free locked freeze withdrawing btcValuation') ;;
        'margin-account ') sections=('userAssets asset borrowed free interest locked netAsset' 'totals created borrowEnabled marginLevel collateralMarginLevel totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc TotalCollateralValueInUSDT totalOpenOrderLossInUSDT tradeEnabled transferInEnabled transferOutEnabled accountType') ;;
        'isolated-margin ') sections=('assets symbol asset borrowEnabled borrowed free interest locked netAsset netAssetOfBtc repayEnabled totalAsset isolatedCreated enabled marginLevel marginLevelStatus marginRatio indexPrice liquidatePrice liquidateRate tradeEnabled' 'totals totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc') ;;
        'futures-risk ') sections=('positions symbol positionSide positionAmt entryPrice breakEvenPrice markPrice unRealizedProfit liquidationPrice isolatedMargin notional marginAsset isolatedWallet initialMargin maintMargin positionInitialMargin openOrderInitialMargin adl bidNotional askNotional updateTime side liquidationDistance') ;;
        'coin-futures-account ') sections=('assets asset walletBalance unrealizedProfit marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin maxWithdrawAmount crossWalletBalance crossUnPnl availableBalance updateTime' 'positions symbol positionAmt initialMargin maintMargin unrealizedProfit positionInitialMargin openOrderInitialMargin leverage isolated positionSide entryPrice breakEvenPrice maxQty updateTime notionalValue side') ;;
        'options-account ') sections=('asset asset marginBalance equity available initialMargin maintMargin unrealizedPNL adjustedEquity' 'greek underlying delta gamma theta vega') ;;
        'pm-account ') sections=('account uniMMR accountEquity actualEquity accountInitialMargin accountMaintMargin accountStatus virtualMaxWithdrawAmount totalAvailableBalance totalMarginOpenLoss updateTime') ;;
        'earn-positions ') sections=('rows totalAmount tierAnnualPercentageRate latestAnnualPercentageRate yesterdayAirdropPercentageRate asset airDropAsset canRedeem collateralAmount productId yesterdayRealTimeRewards cumulativeBonusRewards cumulativeRealTimeRewards cumulativeTotalRewards autoSubscribe') ;;
        'earn-positions flexible') sections=('rows totalAmount tierAnnualPercentageRate latestAnnualPercentageRate yesterdayAirdropPercentageRate asset airDropAsset canRedeem collateralAmount productId yesterdayRealTimeRewards cumulativeBonusRewards cumulativeRealTimeRewards cumulativeTotalRewards autoSubscribe') ;;
        'earn-positions locked') sections=('rows positionId parentPositionId projectId asset amount purchaseTime duration accrualDays rewardAsset APY rewardAmt extraRewardAsset extraRewardAPR estExtraRewardAmt boostRewardAsset boostApr totalBoostRewardAmt nextPay nextPayDate payPeriod redeemAmountEarly rewardsEndDate deliverDate redeemPeriod redeemingAmt redeemTo partialAmtDeliverDate canRedeemEarly canFastRedemption autoSubscribe type status canReStake') ;;
        'overview ') sections=('assets asset quantity price route basis value share' 'wallets wallet status value exchangeValue reason' 'holdings wallet asset kind quantity price route basis value counted' 'totals value isComplete bound assets debts') ;;
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
    local -a commands=(snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record history check metrics doctor profiles sandbox completion man help)
    local -A families=([history]='list diff chart backfill export import copy verify prune path init')
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
