"""What templates of this app may say."""
