# Completions of bnacct for fish 3. Written by completions/generate.py: change that, or its template.
# Put this file in a folder of $fish_complete_path, or source it. TAB starts no other program.

# The command on the line, the first word that is no option; with the next, where it has commands of its own.
function __bnacct_command
    set -l words (commandline -opc)
    set -l names (string match -v -- '-*' $words[2..-1]); or return
    set -l families history
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
        case 'snapshot '; printf '%s\n' 'balances date updateTime asset free locked' 'totals date updateTime totalAssetOfBtc change changePercent trend'
        case 'snapshot spot'; printf '%s\n' 'balances date updateTime asset free locked' 'totals date updateTime totalAssetOfBtc change changePercent trend'
        case 'snapshot margin'; printf '%s\n' 'userAssets date updateTime asset borrowed free interest locked netAsset' 'totals date updateTime marginLevel totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc change changePercent trend'
        case 'snapshot futures'; printf '%s\n' 'assets date updateTime asset marginBalance walletBalance change changePercent trend' 'position date updateTime symbol entryPrice markPrice positionAmt unRealizedProfit side'
        case 'futures-account '; printf '%s\n' 'assets asset walletBalance unrealizedProfit marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount updateTime' 'positions symbol positionSide positionAmt unrealizedProfit isolatedMargin notional isolatedWallet initialMargin maintMargin updateTime side' 'totals totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl availableBalance maxWithdrawAmount marginRatio'
        case 'pm-balance '; printf '%s\n' 'balances asset totalWalletBalance crossMarginAsset crossMarginBorrowed crossMarginFree crossMarginInterest crossMarginLocked umWalletBalance umUnrealizedPNL cmWalletBalance cmUnrealizedPNL updateTime negativeBalance'
        case 'user-assets '; printf '%s\n' 'assets asset free locked freeze withdrawing ipoable btcValuation'
        case 'ws-balance '; printf '%s\n' 'balances accountAlias asset balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount marginAvailable updateTime'
        case 'funding-assets '; printf '%s\n' 'assets asset free locked freeze withdrawing btcValuation'
        case 'margin-account '; printf '%s\n' 'userAssets asset borrowed free interest locked netAsset' 'totals created borrowEnabled marginLevel collateralMarginLevel totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc TotalCollateralValueInUSDT totalOpenOrderLossInUSDT tradeEnabled transferInEnabled transferOutEnabled accountType'
        case 'isolated-margin '; printf '%s\n' 'assets symbol asset borrowEnabled borrowed free interest locked netAsset netAssetOfBtc repayEnabled totalAsset isolatedCreated enabled marginLevel marginLevelStatus marginRatio indexPrice liquidatePrice liquidateRate tradeEnabled' 'totals totalAssetOfBtc totalLiabilityOfBtc totalNetAssetOfBtc'
        case 'futures-risk '; printf '%s\n' 'positions symbol positionSide positionAmt entryPrice breakEvenPrice markPrice unRealizedProfit liquidationPrice isolatedMargin notional marginAsset isolatedWallet initialMargin maintMargin positionInitialMargin openOrderInitialMargin adl bidNotional askNotional updateTime side liquidationDistance'
        case 'coin-futures-account '; printf '%s\n' 'assets asset walletBalance unrealizedProfit marginBalance maintMargin initialMargin positionInitialMargin openOrderInitialMargin maxWithdrawAmount crossWalletBalance crossUnPnl availableBalance updateTime' 'positions symbol positionAmt initialMargin maintMargin unrealizedProfit positionInitialMargin openOrderInitialMargin leverage isolated positionSide entryPrice breakEvenPrice maxQty updateTime notionalValue side'
        case 'options-account '; printf '%s\n' 'asset asset marginBalance equity available initialMargin maintMargin unrealizedPNL adjustedEquity' 'greek underlying delta gamma theta vega'
        case 'pm-account '; printf '%s\n' 'account uniMMR accountEquity actualEquity accountInitialMargin accountMaintMargin accountStatus virtualMaxWithdrawAmount totalAvailableBalance totalMarginOpenLoss updateTime'
        case 'earn-positions '; printf '%s\n' 'rows totalAmount tierAnnualPercentageRate latestAnnualPercentageRate yesterdayAirdropPercentageRate asset airDropAsset canRedeem collateralAmount productId yesterdayRealTimeRewards cumulativeBonusRewards cumulativeRealTimeRewards cumulativeTotalRewards autoSubscribe'
        case 'earn-positions flexible'; printf '%s\n' 'rows totalAmount tierAnnualPercentageRate latestAnnualPercentageRate yesterdayAirdropPercentageRate asset airDropAsset canRedeem collateralAmount productId yesterdayRealTimeRewards cumulativeBonusRewards cumulativeRealTimeRewards cumulativeTotalRewards autoSubscribe'
        case 'earn-positions locked'; printf '%s\n' 'rows positionId parentPositionId projectId asset amount purchaseTime duration accrualDays rewardAsset APY rewardAmt extraRewardAsset extraRewardAPR estExtraRewardAmt boostRewardAsset boostApr totalBoostRewardAmt nextPay nextPayDate payPeriod redeemAmountEarly rewardsEndDate deliverDate redeemPeriod redeemingAmt redeemTo partialAmtDeliverDate canRedeemEarly canFastRedemption autoSubscribe type status canReStake'
        case 'overview '; printf '%s\n' 'assets asset quantity price route basis value share' 'wallets wallet status value exchangeValue reason' 'holdings wallet asset kind quantity price route basis value counted' 'totals value isComplete bound assets debts'
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
complete -c bnacct -n "__bnacct_in ''" -a snapshot -d 'Daily snapshots of the spot, margin or futures account'
complete -c bnacct -n "__bnacct_in ''" -a futures-account -d 'The USDⓈ-M futures account: totals, assets and positions'
complete -c bnacct -n "__bnacct_in ''" -a pm-balance -d 'The portfolio margin account: wallets and debt'
complete -c bnacct -n "__bnacct_in ''" -a user-assets -d 'What the spot wallet holds, by asset'
complete -c bnacct -n "__bnacct_in ''" -a ws-balance -d 'The USDⓈ-M futures balances, over the WebSocket API'
complete -c bnacct -n "__bnacct_in ''" -a funding-assets -d 'What the funding wallet holds, by asset'
complete -c bnacct -n "__bnacct_in ''" -a margin-account -d 'Cross margin: assets, debt, and totals in BTC'
complete -c bnacct -n "__bnacct_in ''" -a isolated-margin -d 'Isolated margin: both sides of each pair'
complete -c bnacct -n "__bnacct_in ''" -a futures-risk -d 'The USDⓈ-M positions, and how far liquidation is'
complete -c bnacct -n "__bnacct_in ''" -a coin-futures-account -d 'The COIN-M futures account: assets and positions'
complete -c bnacct -n "__bnacct_in ''" -a options-account -d 'The options account: margin, and the greeks'
complete -c bnacct -n "__bnacct_in ''" -a pm-account -d 'The portfolio margin account: equity and margin'
complete -c bnacct -n "__bnacct_in ''" -a earn-positions -d 'What is in Simple Earn, flexible or locked'
complete -c bnacct -n "__bnacct_in ''" -a overview -d 'What the account is worth: every wallet, debts included, in one total'
complete -c bnacct -n "__bnacct_in ''" -a record -d 'Read what the account holds and keep it in the archive; for cron'
complete -c bnacct -n "__bnacct_in ''" -a history -d 'See what the archive has kept: list, compare, draw, move and thin it'
complete -c bnacct -n "__bnacct_in ''" -a check -d 'Compare figures with ranges, as a monitoring plugin does'
complete -c bnacct -n "__bnacct_in ''" -a metrics -d 'Write what an account holds in Prometheus\' text format'
complete -c bnacct -n "__bnacct_in ''" -a doctor -d 'Check key, hosts, clock and rights, and report'
complete -c bnacct -n "__bnacct_in ''" -a profiles -d 'List the profiles: key, environment, file, and who may read it'
complete -c bnacct -n "__bnacct_in ''" -a sandbox -d 'Serve a local exchange until interrupted'
complete -c bnacct -n "__bnacct_in ''" -a completion -d 'Print the completion script of a shell'
complete -c bnacct -n "__bnacct_in ''" -a man -d 'Print the manual page, as man reads it'
complete -c bnacct -n "__bnacct_in ''" -a help -d 'Show the help of bnacct, or of a command'
complete -c bnacct -n "__bnacct_in history" -a list -d 'List what the archive holds, the newest first'
complete -c bnacct -n "__bnacct_in history" -a diff -d 'Show what changed since a reading was kept: what appeared, is gone, changed, to the last digit'
complete -c bnacct -n "__bnacct_in history" -a chart -d 'Draw how a figure went over time, from what is kept; failed readings and long gaps stay blank'
complete -c bnacct -n "__bnacct_in history" -a backfill -d 'Keep the month of daily snapshots that the exchange still has'
complete -c bnacct -n "__bnacct_in history" -a export -d 'Write the archive as JSONL, a line for each reading, with its body as it came'
complete -c bnacct -n "__bnacct_in history" -a import -d 'Add the readings that export wrote'
complete -c bnacct -n "__bnacct_in history" -a copy -d 'Copy the archive: a backup, or the move to a server or back'
complete -c bnacct -n "__bnacct_in history" -a verify -d 'Check the storage, the hash of every body, and that nothing is missing'
complete -c bnacct -n "__bnacct_in history" -a prune -d 'Thin the archive: remove what no rule keeps'
complete -c bnacct -n "__bnacct_in history" -a path -d 'Print where the archive is, or would be; without its password'
complete -c bnacct -n "__bnacct_in history" -a init -d 'Make the archive, or bring it up to date'
complete -c bnacct -n '__bnacct_in ""; and __bnacct_lacks flag --version' -l version -d 'Print the version and exit'
complete -c bnacct -n '__bnacct_in "" snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record history "history list" "history diff" "history chart" "history backfill" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init" check metrics doctor profiles sandbox completion man help; and __bnacct_lacks flag -h --help' -s h -l help -d 'Show this message and exit'
complete -c bnacct -n '__bnacct_in snapshot; and __bnacct_lacks value --type' -l type -x -a 'spot margin futures' -d 'Which account'
complete -c bnacct -n '__bnacct_in snapshot; and __bnacct_lacks value --days' -l days -x -d 'N days, 7 to 30: the last ones, or from --start on, or up to --end'
complete -c bnacct -n '__bnacct_in snapshot; and __bnacct_lacks value --start' -l start -x -d 'From a date, yesterday, 7d (ago), an ISO time or epoch milliseconds (UTC)'
complete -c bnacct -n '__bnacct_in snapshot; and __bnacct_lacks value --end' -l end -x -d 'Until a date or time, as for --start; a day is included whole'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin coin-futures-account options-account earn-positions "history diff"; and __bnacct_lacks value --asset' -l asset -x -d 'Only these assets, like USDT or BTC,ETH'
complete -c bnacct -n '__bnacct_in snapshot futures-account futures-risk coin-futures-account; and __bnacct_lacks value --symbol' -l symbol -x -d 'Only positions in these symbols, like BTCUSDT'
complete -c bnacct -n '__bnacct_in snapshot; and __bnacct_lacks flag --archive' -l archive -d 'Every day that the archive holds, however old; no key, no network'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history list" "history diff" "history chart" "history backfill" "history prune" check doctor profiles; and __bnacct_lacks value -o --output' -s o -l output -x -a 'table json jsonl csv tsv' -d 'Format of the output'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history list" "history diff" "history chart" "history backfill" "history prune" check doctor profiles; and __bnacct_lacks flag --json' -l json -d 'Short for -o json'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history list" "history diff" "history chart" "history backfill" "history prune" check doctor profiles; and __bnacct_lacks flag --csv' -l csv -d 'Short for -o csv'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history list" "history diff" "history chart" "history backfill" "history prune" check doctor profiles; and __bnacct_lacks value --color' -l color -x -a 'auto always never' -d 'Colour tables; NO_COLOR and FORCE_COLOR are respected'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor' -s p -l profile -x -a '(__bnacct_offer_profile)' -d 'Use the profile NAME; repeat it, or give a pattern, for several accounts'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks flag --all-profiles' -l all-profiles -d 'Read the accounts of all profiles'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value --env-file' -l env-file -r -F -d 'Read settings from this file first'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value -e --environment' -s e -l environment -x -a 'live testnet sandbox' -d 'Which exchange to ask; sandbox is a local one that needs no key'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value --timeout' -l timeout -x -d 'Give up after this long, all retries included'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value --recv-window' -l recv-window -x -d 'How long a request stays valid, 1 to 60000'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value --retries' -l retries -x -d 'How often to retry after a fault'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks value --max-wait' -l max-wait -x -d 'The longest rate-limit wait to accept'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks flag -v --verbose' -s v -l verbose -d 'Log each request and its weight to stderr'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview record "history diff" "history backfill" check metrics doctor; and __bnacct_lacks flag -q --quiet' -s q -l quiet -d 'No notices on stderr; errors are still shown'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --section' -l section -x -a '(__bnacct_offer_section)' -d 'Show one section of the answer'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --fields' -l fields -x -a '(__bnacct_offer_fields)' -d 'Show these fields of a section, in this order'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --sort' -l sort -x -a '(__bnacct_offer_sort)' -d 'Sort a section\'s rows; - for descending'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks flag --all' -l all -d 'Show all-zero rows too'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks flag --wide' -l wide -d 'Show every column, however wide the table gets'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks flag --total' -l total -d 'End the rows with their sum, in every format'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks flag --no-header' -l no-header -d 'Leave the names of the columns out of tables, csv and tsv'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --to' -l to -r -F -d 'Write to this file, which changes only if the run succeeds'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value -w --watch' -s w -l watch -x -d 'Ask again every SECONDS, until interrupted'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --count' -l count -x -d 'Stop after N readings'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions; and __bnacct_lacks flag --raw' -l raw -d 'Write the response body, byte for byte'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions; and __bnacct_lacks flag --show-request' -l show-request -d 'Print the request without its secrets; send nothing'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --at' -l at -x -d 'Show the last answer kept up to TIME, without a key; a day means its end'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --tz' -l tz -x -d 'Whose days and times are meant; UTC by default'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks value --key-mark' -l key-mark -x -d 'Of the key that ends so, where a name has had several'
complete -c bnacct -n '__bnacct_in snapshot futures-account pm-balance user-assets ws-balance funding-assets margin-account isolated-margin futures-risk coin-futures-account options-account pm-account earn-positions overview; and __bnacct_lacks flag --record --no-record' -l record -l no-record -d 'Keep the answer in the archive'
complete -c bnacct -n '__bnacct_in user-assets funding-assets; and __bnacct_lacks flag --btc-valuation --no-btc-valuation' -l btc-valuation -l no-btc-valuation -d 'Value each asset in BTC; it costs nothing'
complete -c bnacct -n '__bnacct_in ws-balance; and __bnacct_lacks flag --v2' -l v2 -d 'Call v2/account.balance instead of account.balance'
complete -c bnacct -n '__bnacct_in isolated-margin; and __bnacct_lacks value --symbols' -l symbols -x -d 'Only these pairs, five at most; without totals'
complete -c bnacct -n '__bnacct_in earn-positions; and __bnacct_lacks value --type' -l type -x -a 'flexible locked' -d 'Which positions'
complete -c bnacct -n '__bnacct_in earn-positions; and __bnacct_lacks value --product-id' -l product-id -x -d 'Only this flexible product'
complete -c bnacct -n '__bnacct_in earn-positions; and __bnacct_lacks value --project-id' -l project-id -x -d 'Only this locked product'
complete -c bnacct -n '__bnacct_in earn-positions; and __bnacct_lacks value --position-id' -l position-id -x -d 'Only this locked position'
complete -c bnacct -n '__bnacct_in overview; and __bnacct_lacks value --in' -l in -x -d 'Value everything in this asset'
complete -c bnacct -n '__bnacct_in overview; and __bnacct_lacks value --wallets' -l wallets -x -d 'Read only these wallets, like spot,funding'
complete -c bnacct -n '__bnacct_in overview; and __bnacct_lacks flag --deep' -l deep -d 'Read VIP loans, on-chain yields and dual investment, too'
complete -c bnacct -n '__bnacct_in "history list" "history chart"; and __bnacct_lacks value --since' -l since -x -d 'From this time or day on'
complete -c bnacct -n '__bnacct_in "history list" "history chart"; and __bnacct_lacks value --until' -l until -x -d 'Up to this time or day'
complete -c bnacct -n '__bnacct_in "history list" "history diff" "history chart" "history prune"; and __bnacct_lacks value --tz' -l tz -x -d 'Whose days and times are meant; UTC by default'
complete -c bnacct -n '__bnacct_in "history list"; and __bnacct_lacks value --limit' -l limit -x -d 'The newest N readings, 0 for all of them'
complete -c bnacct -n '__bnacct_in "history list"; and __bnacct_lacks flag --gaps' -l gaps -d 'The longest times without an answer, for each account and command'
complete -c bnacct -n '__bnacct_in "history list" "history chart" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init"; and __bnacct_lacks value -p --profile' -s p -l profile -x -a '(__bnacct_offer_profile)' -d 'Readings of this profile'
complete -c bnacct -n '__bnacct_in "history list" "history chart" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init"; and __bnacct_lacks value --env-file' -l env-file -r -F -d 'Read settings from this file first'
complete -c bnacct -n '__bnacct_in "history list" "history chart" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init"; and __bnacct_lacks value -e --environment' -s e -l environment -x -a 'live testnet sandbox' -d 'Readings of this exchange'
complete -c bnacct -n '__bnacct_in "history list" "history chart" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init"; and __bnacct_lacks value --key-mark' -l key-mark -x -d 'Of the key that ends so, where a name has had several'
complete -c bnacct -n '__bnacct_in "history list" "history chart" "history export" "history import" "history copy" "history verify" "history prune" "history path" "history init"; and __bnacct_lacks flag -q --quiet' -s q -l quiet -d 'No notices on stderr; errors are still shown'
complete -c bnacct -n '__bnacct_in "history diff"; and __bnacct_lacks value --since' -l since -x -d 'Compare with the last reading up to TIME; a day means its end'
complete -c bnacct -n '__bnacct_in "history diff"; and __bnacct_lacks value --until' -l until -x -d 'Up to the last reading kept by TIME, in place of the exchange'
complete -c bnacct -n '__bnacct_in "history diff"; and __bnacct_lacks value --in' -l in -x -d 'Value overview in this'
complete -c bnacct -n '__bnacct_in "history diff"; and __bnacct_lacks value --key-mark' -l key-mark -x -d 'Of the key that ends so, where a name has had several'
complete -c bnacct -n '__bnacct_in "history chart" check; and __bnacct_lacks value --in' -l in -x -d 'Value overview.total in this'
complete -c bnacct -n '__bnacct_in "history backfill"' -l type -x -a 'spot margin futures' -d 'Which account; by default all three'
complete -c bnacct -n '__bnacct_in "history export"; and __bnacct_lacks value --to' -l to -r -F -d 'Write to this file, which changes only on success'
complete -c bnacct -n '__bnacct_in "history copy"; and __bnacct_lacks value --to' -l to -x -a 'PATH URL' -d 'A file, or postgresql://USER@HOST/DATABASE'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-last' -l keep-last -x -d 'Keep the last N readings; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-hourly' -l keep-hourly -x -d 'Keep the last reading of each of N hours; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-daily' -l keep-daily -x -d 'Keep the last reading of each of N days; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-weekly' -l keep-weekly -x -d 'Keep the last reading of each of N weeks; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-monthly' -l keep-monthly -x -d 'Keep the last reading of each of N months; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-yearly' -l keep-yearly -x -d 'Keep the last reading of each of N years; -1 for all'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks value --keep-within' -l keep-within -x -d 'Keep all within this time before the newest'
complete -c bnacct -n '__bnacct_in "history prune"; and __bnacct_lacks flag -n --dry-run' -s n -l dry-run -d 'Say what would be removed; remove nothing'
complete -c bnacct -n '__bnacct_in "history init"; and __bnacct_lacks value --writer' -l writer -x -d 'The PostgreSQL role that records'
complete -c bnacct -n '__bnacct_in check' -s w -l warning -x -d 'WARNING where the figure is outside the range'
complete -c bnacct -n '__bnacct_in check' -s c -l critical -x -d 'CRITICAL where the figure is outside the range'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks flag --key' -l key -d 'CRITICAL if the key may withdraw; WARNING if it may trade or transfer, or from any address'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks value --unreachable' -l unreachable -x -a 'ok warning critical unknown' -d 'The state of what could not be read'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks value --since' -l since -x -d 'Compare NAME.change with what the archive kept then'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks value --outflow' -l outflow -x -d 'WARNING if an amount fell by more since the last reading kept'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks value --at' -l at -x -d 'Check the last reading kept; nothing is sent'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks value --max-age' -l max-age -x -d 'How old it may be, like 2h; else it is UNKNOWN'
complete -c bnacct -n '__bnacct_in check; and __bnacct_lacks flag --list' -l list -d 'List the account\'s figures and their values; snapshots and overview weigh too much'
complete -c bnacct -n '__bnacct_in metrics; and __bnacct_lacks value --to' -l to -r -F -d 'Replace this file, whatever could be read; mode 0644'
complete -c bnacct -n '__bnacct_in doctor; and __bnacct_lacks flag --snapshot' -l snapshot -d 'Try the snapshot endpoint too, which weighs 2400 of 12000 a minute'
complete -c bnacct -n '__bnacct_in sandbox; and __bnacct_lacks value --account' -l account -x -a 'docs\\t"the samples of the API documents, repaired; single-asset mode" docs-multi\\t"the same; futures in multi-assets mode" rich\\t"a lived-in account: 30 days, long and short positions, debt, odd names and amounts" empty\\t"an account that holds nothing" large\\t"5,000 rows a list, answers of more than a megabyte" classic\\t"everything opened: debts, Earn receipts, bots, a coin without a price" portfolio-margin\\t"portfolio margin, with debt" multi-assets\\t"futures in multi-assets mode, loans and yields" new\\t"nothing opened, nothing held" hostile\\t"valid JSON that means harm: escape sequences, formulas, numbers for strings"' -d 'The account to serve'
complete -c bnacct -n '__bnacct_in sandbox; and __bnacct_lacks value --key' -l key -x -a 'hmac rsa ed25519' -d 'The type of its API key'
complete -c bnacct -n '__bnacct_in sandbox; and __bnacct_lacks value --port' -l port -x -d 'The HTTP port; 0 means any free one'
complete -c bnacct -n '__bnacct_in sandbox; and __bnacct_lacks value --ws-port' -l ws-port -x -d 'The WebSocket port; 0 means any free one'
complete -c bnacct -n '__bnacct_in sandbox' -l fault -x -a 'latency\\t"answers VALUE seconds late" silence\\t"takes the request and never answers" drip\\t"sends one byte every VALUE seconds, headers included" drop\\t"closes the connection without an answer" truncated\\t"closes the connection mid-body" reset\\t"resets the connection (RST) mid-body" junk\\t"sends VALUE bytes of junk instead of an answer" clock-skew\\t"runs a clock that is VALUE milliseconds fast" rate-limit\\t"429 with Retry-After: VALUE seconds" ban\\t"418: this address is banned for VALUE seconds" waf\\t"403 with the firewall\'s page; handshakes too" restricted\\t"451: this location is not served; handshakes too" redirect\\t"302 to the address VALUE; handshakes too" handshake\\t"refuses WebSocket handshakes with status VALUE" server-error\\t"status VALUE (5xx), in JSON (500, 503, 504) or as a page" error\\t"refuses with the exchange\'s code VALUE" html\\t"200 with a web page" empty\\t"200 with no body" bom\\t"a byte order mark before the JSON" charset\\t"claims ISO-8859-1, and the body is not valid UTF-8" nan\\t"NaN and Infinity for amounts" duplicate-keys\\t"an object with the same key twice" deep\\t"VALUE nested arrays" wrong-shape\\t"the JSON VALUE as the payload" big\\t"VALUE spaces before a good payload" gzip\\t"a compressed body (REST)" gzip-bomb\\t"a body of VALUE megabytes, compressed a thousandfold (REST)" not-gzip\\t"claims gzip and sends plain text (REST)" foreign-frame\\t"unrelated frames before the answer (WebSocket)" null-id\\t"an error without an id instead of the answer (WebSocket)" fragments\\t"the answer in VALUE fragments (WebSocket)" binary\\t"the answer in a binary frame (WebSocket)" close\\t"a close frame with code VALUE instead of the answer (WebSocket)"' -d 'Inject this fault, into the first N requests only if N is given'
