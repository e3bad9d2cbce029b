#!/usr/bin/env pwsh
$ErrorActionPreference = "Stop"
Push-Location $PSScriptRoot
try { $sdk = dotnet --version 2>$null } catch { $sdk = $null } finally { Pop-Location }
if (-not $sdk) { [Console]::Error.WriteLine("The .NET SDK 10 is missing or too old. Install it from https://dot.net/download and run $PSCommandPath again."); exit 4 }
dotnet run --project "$PSScriptRoot/build/Build.csproj" --configuration Release --verbosity quiet "-p:ArtifactsPath=$PSScriptRoot/artifacts/build" "-p:RunAnalyzers=false" -- @args
exit $LASTEXITCODE
